"""Checkpoints resume and test without ever giving up ``weights_only``."""

import importlib.util
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.runner import CheckpointLoader

from mmadvent.compat import checkpoints as compat_checkpoints
from mmadvent.compat.checkpoints import allow_training_state, load_weights_only

GLOBALS = torch.serialization
SPEC: Any = importlib.util.find_spec("mmengine.runner.checkpoint")


@pytest.fixture
def our_globals() -> Iterator[set[Any]]:
    """What we vouched for, vouched for again after the test."""
    ours = set(GLOBALS.get_safe_globals())
    yield ours
    GLOBALS.clear_safe_globals()
    GLOBALS.add_safe_globals(list(ours))


@pytest.fixture
def raw_loader() -> Any:
    """A copy of mmengine's loader that we have not touched."""
    spec = importlib.util.find_spec("mmengine.runner.checkpoint")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CheckpointLoader


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[bool | None]:
    """The ``weights_only`` of every torch.load that happens."""
    seen: list[bool | None] = []
    load = torch.load

    def record(*args: Any, **kwargs: Any) -> Any:
        seen.append(kwargs.get("weights_only"))
        return load(*args, **kwargs)

    monkeypatch.setattr(torch, "load", record)
    return seen


def training_state() -> dict[str, Any]:
    """What a runner saves besides weights, and numpy's random state."""
    hub = MessageHub("compat")
    for value in (3.0, 1.0):
        hub.update_scalar("train/loss", value)
    hub.update_info("best", np.float32(0.5))
    hub.update_info("flag", np.bool_(True))
    np.random.seed(0)
    return {
        "state_dict": {"weight": torch.ones(2)},
        "message_hub": hub.state_dict(),
        "random": np.random.get_state(),
        "generator": np.random.default_rng(0).bit_generator.state,
        "words": np.array(["road", "sky"]),
    }


def assert_training_state(loaded: dict[str, Any]) -> None:
    expected = training_state()
    buffer = loaded["message_hub"]["log_scalars"]["train/loss"]
    assert isinstance(buffer, HistoryBuffer)
    assert buffer.statistics("mean") == 2.0
    assert buffer.statistics("min") == buffer.current() == 1.0
    assert loaded["message_hub"]["runtime_info"] == {"best": 0.5, "flag": True}
    np.testing.assert_array_equal(loaded["random"][1], expected["random"][1])
    assert loaded["random"][1].dtype == np.uint32
    assert loaded["generator"] == expected["generator"]
    assert loaded["words"].tolist() == ["road", "sky"]


@pytest.mark.usefixtures("our_globals")
def test_upstream_does_not_load_its_own_training_state(
    line: str, loads: list[bool | None], raw_loader: Any, tmp_path: Path
) -> None:
    path = tmp_path / "state.pth"
    torch.save(training_state(), path)
    GLOBALS.clear_safe_globals()
    if line == "openmmlab":
        with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
            raw_loader.load_checkpoint(str(path))
        assert loads == [None]
    else:  # it does, but by running whatever the file says
        raw_loader.load_checkpoint(str(path))
        assert loads == [True, False]


def test_one_line_makes_torch_forget_what_we_vouched_for(
    line: str, our_globals: set[Any], raw_loader: Any, tmp_path: Path
) -> None:
    torch.save({"weight": torch.ones(2)}, tmp_path / "weight.pth")
    raw_loader.load_checkpoint(str(tmp_path / "weight.pth"))
    forgotten = our_globals - set(GLOBALS.get_safe_globals())
    assert (HistoryBuffer in forgotten) == (line == "onedl")


def test_the_training_state_comes_back(
    line: str, our_globals: set[Any], loads: list[bool | None], tmp_path: Path
) -> None:
    torch.save(training_state(), tmp_path / "state.pth")
    loaded = CheckpointLoader.load_checkpoint(str(tmp_path / "state.pth"), map_location="cpu")
    assert_training_state(loaded)
    assert loads == {"openmmlab": [None], "onedl": [True]}[line]
    assert set(GLOBALS.get_safe_globals()) == our_globals


def test_files_of_numpy_1_load(tmp_path: Path) -> None:
    path = tmp_path / "state.pth"
    torch.save(training_state(), path, _use_new_zipfile_serialization=False)
    written = path.read_bytes()
    assert b"numpy._core.multiarray" in written
    path.write_bytes(written.replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    assert_training_state(torch.load(path, weights_only=True))


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.call


def test_code_in_a_file_is_still_refused(tmp_path: Path) -> None:
    torch.save(Call(os.system, "true"), tmp_path / "call.pth")
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        torch.load(tmp_path / "call.pth", weights_only=True)


@pytest.mark.parametrize(("owner", "name"), [(HistoryBuffer, "__init__"), (np.ndarray, "mean")])
def test_a_file_cannot_reach_through_getattr(owner: type, name: str, tmp_path: Path) -> None:
    torch.save(Call(getattr, owner, name), tmp_path / "call.pth")
    with pytest.raises(ValueError, match=f"a statistic from HistoryBuffer, but took '{name}'"):
        torch.load(tmp_path / "call.pth", weights_only=True)


def test_vouching_again_changes_nothing() -> None:
    before = set(GLOBALS.get_safe_globals())
    allow_training_state()
    assert set(GLOBALS.get_safe_globals()) == before


def test_upstream_runs_what_it_fetches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its function for addresses says nothing of ``weights_only``, which there means False."""
    for ours, loaded in ((False, [None]), (True, [True])):
        seen: list[bool | None] = []
        module = importlib.util.module_from_spec(SPEC)
        SPEC.loader.exec_module(module)
        monkeypatch.setattr(module, "load_url", record(seen))
        if ours:
            monkeypatch.setattr(compat_checkpoints, "import_module", lambda name, it=module: it)
            load_weights_only()
            load_weights_only()
        module.load_from_http("https://weights.invalid/a.pth")
        module.load_from_openmmlab("open-mmlab://vgg16_caffe")
        assert seen == loaded * 2


def record(seen: list[bool | None]) -> Any:
    def load_url(*args: Any, weights_only: bool | None = None, **kwargs: Any) -> dict:
        seen.append(weights_only)
        return {}

    return load_url


def test_no_loader_of_mmengine_s_runs_what_is_in_a_file(tmp_path: Path) -> None:
    torch.save(Call(os.mkdir, str(tmp_path / "ran")), tmp_path / "call.pth")
    with pytest.raises(pickle.UnpicklingError):
        CheckpointLoader.load_checkpoint(str(tmp_path / "call.pth"))
    assert not (tmp_path / "ran").exists()
