"""mmcv without compiled operators: imports work, and what is missing says so when it is called."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

import mmcv
import pytest

from mmadvent import compat
from mmadvent.compat import MissingOpError, ops
from mmadvent.errors import InputError

COMPILED = PathFinder.find_spec("mmcv._ext", mmcv.__path__) is not None
REMEDY = {
    "openmmlab": "mmcv==2.1.0 in place of mmcv-lite",
    "onedl": "an onedl-mmcv that was built with them",
}
IMPORTS = """
import importlib
for name in ("mmseg.utils", "mmdet.models"):
    try:
        importlib.import_module(name)
        print(name, "imported")
    except ModuleNotFoundError as error:
        print(name, error)
"""


@pytest.fixture
def stand_in() -> ModuleType:
    """The stand-in itself, even where a full mmcv is installed."""
    spec = ops._StandInFinder().find_spec("mmcv._ext", None)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_upstream_does_not_import_without_compiled_operators(
    line: str, fresh_python: Callable[..., str]
) -> None:
    printed = fresh_python(IMPORTS)
    missing = "No module named 'mmcv._ext'"
    broken = {"openmmlab": {"mmseg.utils", "mmdet.models"}, "onedl": {"mmdet.models"}}[line]
    for name in ("mmseg.utils", "mmdet.models"):
        outcome = missing if name in broken and not COMPILED else "imported"
        assert f"{name} {outcome}\n" in printed, printed


def test_all_of_upstream_imports_here() -> None:
    for name in ("mmcv.ops", "mmseg.utils", "mmseg.models", "mmdet.models", "mmdet.apis"):
        importlib.import_module(name)
    extension = importlib.import_module("mmcv._ext")
    assert isinstance(extension, ops._StandIn) == (not COMPILED)


def test_applying_again_changes_nothing() -> None:
    before = list(sys.meta_path)
    compat.apply()
    assert sys.meta_path == before
    assert sum(isinstance(finder, ops._StandInFinder) for finder in before) == 1


def test_a_compiled_extension_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "mmcv"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "_ext.py").write_text("compiled = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("mmcv", "mmcv._ext"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))  # put back afterwards
        del sys.modules[name]
    assert importlib.import_module("mmcv._ext").compiled


def test_an_operator_that_is_not_supplied_names_itself_and_the_remedy(
    line: str, stand_in: ModuleType
) -> None:
    assert hasattr(stand_in, "roi_align_forward")  # mmcv's loader asks for it at import
    with pytest.raises(MissingOpError) as refusal:
        stand_in.roi_align_forward(1, two=2)
    assert str(refusal.value) == (
        "the compiled operator 'roi_align_forward' of mmcv was called, but the installed mmcv "
        "has no compiled operators and mmadvent supplies only 'nms': install "
        f"{REMEDY[line]} (docs/install.md says how)"
    )
    assert isinstance(refusal.value, InputError)


def test_the_stand_in_passes_for_a_module(stand_in: ModuleType) -> None:
    assert stand_in.nms is importlib.import_module("mmadvent.compat.nms").nms
    assert stand_in.get_compiler_version() == stand_in.get_compiling_cuda_version() == "n/a"
    assert not hasattr(stand_in, "__path__")
