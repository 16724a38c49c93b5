"""What upstream requires without saying so, and what it no longer finds."""

import importlib
import sys
from importlib.metadata import requires

import mmengine.utils
import mmseg
import pytest
from packaging.requirements import Requirement


def declared(distribution: str) -> set[str]:
    """The packages that a distribution requires, extras aside."""
    parsed = [Requirement(text) for text in requires(distribution) or []]
    return {one.name for one in parsed if one.marker is None}


@pytest.mark.parametrize("package", ["ftfy", "regex"])
def test_mmseg_imports_a_package_that_only_one_line_declares(
    package: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution = {"openmmlab": "mmsegmentation", "onedl": "onedl-mmsegmentation"}[line]
    assert (package in declared(distribution)) == (line == "onedl")

    import mmseg.utils.tokenizer as tokenizer

    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    with pytest.raises(ImportError, match=package):
        importlib.reload(tokenizer)


def test_mmengine_needs_pkg_resources_on_the_official_line(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mmengine.utils.is_installed("torch")
    monkeypatch.setitem(sys.modules, "pkg_resources", None)  # setuptools 82 has none
    if line == "openmmlab":
        with pytest.raises(ImportError, match="pkg_resources"):
            mmengine.utils.is_installed("torch")
    else:
        assert mmengine.utils.is_installed("torch")


def test_only_the_official_mmseg_caps_mmcv(line: str) -> None:
    assert getattr(mmseg, "MMCV_MAX", None) == {"openmmlab": "2.2.0", "onedl": None}[line]
