"""A training that is killed at random moments and resumed ends as one that was left alone."""

from collections.abc import Callable

import pytest

from tests.tools.commands import ROOT, run_module

KINDS = ("segmentation with EMA", "detection", "mixed precision", "two processes")


def kill(record: Callable[[str, object], None], kind: str, *arguments: object) -> None:
    done = run_module("tests.faults.kills", "--kinds", kind, *arguments, cwd=ROOT)
    record("summary", done.stdout.splitlines()[-1])


def test_a_few_kills(record_property: Callable[[str, object], None]) -> None:
    kill(record_property, "segmentation with EMA", "--series", 1, "--kills", 3)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_kills(kind: str, record_property: Callable[[str, object], None]) -> None:
    """A hundred and more over the four kinds."""
    kill(record_property, kind, "--series", 5, "--kills", 6)
