"""No malformed input ends in a traceback, hangs, is accepted in silence or leaves a file behind."""

from collections.abc import Callable

import pytest

from tests.tools.commands import ROOT, run_module


def sweep(record: Callable[[str, object], None], *arguments: object) -> None:
    """Run a share of the cases, which fails with a list of those that are not as they must be."""
    done = run_module("tests.faults.sweep", *arguments, cwd=ROOT)
    record("summary", done.stdout.splitlines()[-1])


def test_a_share_of_the_malformed_inputs(record_property: Callable[[str, object], None]) -> None:
    sweep(record_property, "--part", 60)


@pytest.mark.slow
def test_malformed_inputs(record_property: Callable[[str, object], None]) -> None:
    sweep(record_property, "--part", 3)
