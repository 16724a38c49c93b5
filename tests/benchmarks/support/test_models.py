"""The table of models: what a verdict says, and that the page in docs/ is what is found."""

from pathlib import Path

import pytest

from benchmarks.support.models import HALVES, WORKS, Outcome, outcomes, page, reason
from mmadvent.compat import MissingOpError
from mmadvent.errors import InputError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "models.md"


def wrapped(cause: Exception) -> Exception:
    """As a registry raises it."""
    error = RuntimeError("class `A` in a.py: ...")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InputError("x must be 1, got 2"), "refused: x must be 1, got 2"),
        (MissingOpError("the operator 'psamask' of mmcv"), "needs mmcv's operator `psamask`"),
        (ModuleNotFoundError("No module named 'a.b'", name="a.b"), "needs the package `a`"),
        (KeyError("'mmpretrain.ConvNeXt is not"), "needs the package `mmpretrain`"),
    ],
)
def test_reasons(error: Exception, expected: str) -> None:
    assert reason(wrapped(error)) == expected


def test_a_defect_is_no_reason() -> None:
    with pytest.raises(RuntimeError, match="class `A`"):
        reason(wrapped(ZeroDivisionError()))


def test_the_page_counts_what_works() -> None:
    found = [Outcome("A", "mmseg::a.py", WORKS), Outcome("C", "mmseg::c.py", "refused: d")]
    text = page({"mmseg": found})
    assert "\n1 of 2 work.\n" in text
    assert "\n| A | `mmseg::a.py` | works |\n| C | `mmseg::c.py` | refused: d |\n" in text


@pytest.mark.slow
@pytest.mark.parametrize("library", HALVES)
def test_the_page_is_what_is_found(library: str) -> None:
    """If this fails: python -m benchmarks.support.models --out docs/models.md."""
    found = list(outcomes(library, []))
    assert len(found) >= {"mmseg": 25, "mmdet": 15}[library]
    table = page({library: found}).partition("## ")[2]
    assert table in PAGE.read_text()
