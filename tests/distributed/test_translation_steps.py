"""A translator's steps in two processes are those of one process on both's images."""

import pytest

from tests.distributed.processes import run_script
from tests.distributed.step_checks import (
    check_gradients_are_sent_once,
    check_processes_agree,
    check_weights,
)

ACCUMULATED = "cyclegan, accumulated"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return run_script("translation_steps", tmp_path_factory.mktemp("steps"))


@pytest.mark.parametrize("name", ["cyclegan", ACCUMULATED])
def test_weights_are_those_of_the_joined_batch(cases: dict, name: str) -> None:
    check_weights(cases[name])


# The cross-entropy's mean is over the process's labeled pixels: no joined batch equals it.
@pytest.mark.parametrize("name", ["gan_sem", "semantic_gan"])
def test_weights_of_both_processes_are_equal(cases: dict, name: str) -> None:
    check_processes_agree(cases[name])


@pytest.mark.parametrize("name", ["cyclegan", ACCUMULATED, "gan_sem", "semantic_gan"])
def test_every_gradient_is_sent_once(cases: dict, name: str) -> None:
    check_gradients_are_sent_once(cases[name], 2 if name == ACCUMULATED else 1)
