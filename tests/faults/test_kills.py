"""A training that is killed at random moments and resumed ends as one that was left alone."""

from collections.abc import Callable

import pytest

from tests.tools.commands import ROOT, run_module


def kill(record: Callable[[str, object], None], *arguments: object) -> None:
    done = run_module("tests.faults.kills", *arguments, cwd=ROOT)
    record("summary", done.stdout.splitlines()[-1])


def test_a_few_kills(record_property: Callable[[str, object], None]) -> None:
    kill(record_property, "--series", 1, "--kills", 4, "--kinds", "segmentation with EMA")


@pytest.mark.slow
def test_a_hundred_kills(record_property: Callable[[str, object], None]) -> None:
    kill(record_property, "--series", 5, "--kills", 5)
