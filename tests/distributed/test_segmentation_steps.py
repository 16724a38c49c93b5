"""A segmentor's steps in two processes are those of one process on both's images."""

import pytest
import torch

from tests.distributed.processes import run_script
from tests.distributed.step_checks import (
    check_gradients_are_sent_once,
    check_processes_agree,
    check_weights,
)

CASES = {  # how many iterations make a step
    "source only": 1,
    "MinEnt": 1,
    "MinEnt on one head": 1,
    "MinEnt on one head, norms computed again": 1,
    "AdvEnt": 1,
    "AdvEnt + ClassPrior": 1,
    "AdvEnt + PseudoLabel": 1,
    "AdvEnt, accumulated": 2,
    "AdaBN": 1,
    "sure teacher": 1,
    "sure teacher, accumulated": 2,
    "MinEnt + sure teacher": 1,
    "sure teacher without a source": 1,
    "MinEnt without a source": 1,
}
# The share of sure pixels is that of the process's images: no joined batch equals it.
MIXING = {"MeanTeacher": 1, "MeanTeacher + AdvEnt": 1}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return run_script("segmentation_steps", tmp_path_factory.mktemp("steps"))


@pytest.mark.parametrize("name", CASES)
def test_weights_are_those_of_the_joined_batch(cases: dict, name: str) -> None:
    check_weights(cases[name])


@pytest.mark.parametrize("name", [name for name in CASES if "sure teacher" in name])
def test_the_teachers_are_those_of_the_joined_batch(cases: dict, name: str) -> None:
    ours, joined = cases[name]["ranks"][0]["weights"], cases[name]["joined"]["weights"]
    teacher = [key for key in ours if ".teacher." in key]
    assert teacher
    for key in teacher:
        torch.testing.assert_close(ours[key], joined[key], rtol=0, atol=1e-9)
    (updates,) = (int(ours[key]) for key in ours if key.endswith("_extra_state"))
    assert updates == 5 // CASES[name]


@pytest.mark.parametrize("name", MIXING)
def test_networks_and_teachers_of_both_processes_are_equal(cases: dict, name: str) -> None:
    check_processes_agree(cases[name])
    for run in cases[name]["ranks"]:
        assert run["weights"]["adaptation.0._extra_state"] == 5
        assert any(key.startswith("adaptation.0.teacher.") for key in run["weights"])


@pytest.mark.parametrize(("name", "counts"), (CASES | MIXING).items())
def test_gradients_are_sent_once_a_step(cases: dict, name: str, counts: int) -> None:
    check_gradients_are_sent_once(cases[name], counts)
