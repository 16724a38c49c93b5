"""Reading checkpoints: what is refused, and that nothing in a file is run."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import pytest
import torch
from mmengine.model import PretrainedInit
from mmengine.runner import CheckpointLoader
from torch import nn

from mmadvent.errors import InputError
from mmadvent.io.checkpoints import (
    load_network_weights,
    read_checkpoint,
    stored_dataset_meta,
)


class Touch:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serves ``tmp_path/served``; what is fetched goes below ``tmp_path`` too."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "cache"))
    (tmp_path / "served").mkdir()
    handler = partial(Quiet, directory=str(tmp_path / "served"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def refusal(path: object) -> str:
    with pytest.raises(InputError) as error:
        read_checkpoint(str(path))
    return str(error.value)


def test_it_reads_files_and_urls(tmp_path: Path, address: str) -> None:
    content = dict(
        state_dict=dict(weight=torch.ones(2)), meta=dict(dataset_meta=dict(classes=["a"]))
    )
    torch.save(content, tmp_path / "served" / "good.pth")
    for path in (str(tmp_path / "served" / "good.pth"), f"{address}/good.pth"):
        found = read_checkpoint(path)
        assert torch.equal(found["state_dict"]["weight"], torch.ones(2))
        assert stored_dataset_meta(found) == dict(classes=("a",))
    assert stored_dataset_meta(dict(weight=1)) == {}


@pytest.mark.parametrize(
    ("meta", "kept"),
    [
        (dict(classes=["a"], palette=[[1, 2, 3]]), dict(classes=("a",), palette=[[1, 2, 3]])),
        ({"classes": ("a",), "'] or print('run') or ['": 1}, dict(classes=("a",))),
        (dict(classes=["a"], palette=[[1, 2, 256]]), dict(classes=("a",))),
        (dict(classes=["a"], palette=[[1, 2, 3], [4, 5, 6]]), dict(classes=("a",))),
        (dict(classes=["a", 1], palette=[[1, 2, 3]] * 2), {}),
        (dict(palette=[[1, 2, 3]]), {}),
        (["a"], {}),
        (None, {}),
    ],
)
def test_of_the_meta_classes_and_colors_alone_are_kept(meta: object, kept: dict) -> None:
    assert stored_dataset_meta(dict(meta=dict(dataset_meta=meta))) == kept


def test_nothing_in_it_is_run(tmp_path: Path, address: str) -> None:
    ran = tmp_path / "ran"
    torch.save(dict(state_dict=Touch(ran)), tmp_path / "served" / "bad.pth")
    for path in (str(tmp_path / "served" / "bad.pth"), f"{address}/bad.pth"):
        sentence = refusal(path)
        assert sentence.startswith(f"the checkpoint '{path}' cannot be read: it holds ")
        assert sentence.endswith(", and a checkpoint may hold tensors and plain values only")
        assert "weights_only" not in sentence
    assert not ran.exists()


def test_what_is_no_checkpoint(tmp_path: Path, address: str) -> None:
    assert refusal(tmp_path / "no.pth") == f"the checkpoint '{tmp_path}/no.pth' does not exist"
    missing = f"{address}/no.pth"
    assert refusal(missing).startswith(f"the checkpoint '{missing}' cannot be read: HTTP Error 404")
    for content in ("no pickle", "hello\n", "", "\x80\x02."):
        (tmp_path / "text.pth").write_bytes(content.encode("latin-1"))
        assert refusal(tmp_path / "text.pth") == (
            f"the checkpoint '{tmp_path}/text.pth' cannot be read: it is no file that torch has "
            "saved, or it is damaged"
        )
    torch.save([1], tmp_path / "list.pth")
    sentence = f"the checkpoint '{tmp_path}/list.pth' must hold a dict, got list"
    assert refusal(tmp_path / "list.pth") == sentence
    for key, value in (("state_dict", [1]), ("meta", None)):
        torch.save({key: value}, tmp_path / "part.pth")
        kind = type(value).__name__
        assert refusal(tmp_path / "part.pth") == (
            f"the checkpoint '{tmp_path}/part.pth' must hold a dict as '{key}', got {kind}"
        )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (0, "0, a int"),
        (None, "None, a NoneType"),
        (("a", 1), "('a', 1), a tuple"),
        (b"a", "b'a', a bytes"),
    ],
)
def test_weights_have_names(tmp_path: Path, name: object, told: str) -> None:
    for content in ({"state_dict": {name: torch.ones(1)}}, {name: torch.ones(1)}):
        torch.save(content, tmp_path / "x.pth")
        assert refusal(tmp_path / "x.pth") == (
            f"the checkpoint '{tmp_path}/x.pth' must hold weights by name, got the name {told}"
        )


def test_what_mmengine_reads_runs_nothing_either(tmp_path: Path, address: str) -> None:
    """``init_cfg`` and ``load_from`` end there."""
    ran = tmp_path / "ran"
    torch.save(dict(state_dict=Touch(ran)), tmp_path / "served" / "bad.pth")
    for path in (str(tmp_path / "served" / "bad.pth"), f"{address}/bad.pth"):
        with pytest.raises(UnpicklingError):
            CheckpointLoader.load_checkpoint(path, map_location="cpu")
        with pytest.raises(UnpicklingError):
            PretrainedInit(path)(nn.Linear(1, 1))
    assert not ran.exists()


def test_weights_must_be_the_networks() -> None:
    network = nn.Linear(1, 1)
    weights = dict(weight=torch.ones(1, 1), bias=torch.zeros(1))
    methods = {"adaptation.0.weight": torch.ones(1)}
    loaded = load_network_weights(network, dict(state_dict=weights | methods), "c.pth")
    assert loaded.keys() == weights.keys() and network.weight.item() == 1
    with pytest.raises(InputError) as error:
        load_network_weights(network, dict(weight=torch.ones(1, 1)), "c.pth")
    assert str(error.value) == (
        "the checkpoint 'c.pth' is not of the config's model: it lacks 'bias' (1,)"
    )
