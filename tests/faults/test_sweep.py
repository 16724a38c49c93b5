"""No malformed input ends in a traceback, hangs, is accepted in silence or leaves a file behind."""

from collections.abc import Callable

import pytest

from tests.faults.uses import USES
from tests.faults.warm import tools
from tests.tools.commands import ROOT, run_module

# Each within the time after which a test counts as hanging, on a busy machine too.
SLICES = 6


def sweep(record: Callable[[str, object], None], *arguments: object) -> None:
    """Run a share of the cases, which fails with a list of those that are not as they must be."""
    done = run_module("tests.faults.sweep", *arguments, cwd=ROOT)
    record("summary", done.stdout.splitlines()[-1])


def test_every_command_line_has_a_right_call() -> None:
    assert {use.tool for use in USES.values()} == {*tools()}


def test_a_few_malformed_inputs(record_property: Callable[[str, object], None]) -> None:
    sweep(record_property, "--part", 300)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(SLICES))
def test_malformed_inputs(number: int, record_property: Callable[[str, object], None]) -> None:
    sweep(record_property, "--part", 3, "--slice", number, SLICES)
