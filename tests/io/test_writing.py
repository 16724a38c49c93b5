"""Files appear whole or not at all."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.io.checkpoints import read_checkpoint
from mmadvent.io.writing import write_bytes, write_checkpoint, write_json, write_png


def test_folders_are_made_and_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file.bin"
    write_bytes(path, b"first")
    write_bytes(path, b"2nd")
    assert path.read_bytes() == b"2nd"
    assert os.listdir(path.parent) == ["file.bin"]  # nothing temporary is left


def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.bin"
    write_bytes(path, b"old")

    def interrupt(source: Path, target: Path) -> None:
        assert Path(source).read_bytes() == b"new" and target == path
        # A kill would leave it: hidden and with another ending, no list of images shows it.
        assert Path(source).name.startswith(".") and not Path(source).name.endswith(".bin")
        assert len(synced) == 1
        raise KeyboardInterrupt

    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file.bin"]


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("as it was")
    for name, reason in (("folder", "Is a directory"), ("file/a", "a file is in the way")):
        path = tmp_path / name
        with pytest.raises(InputError) as caught:
            write_bytes(path, b"new")
        assert str(caught.value) == f"the file cannot be written to '{path}': {reason}"
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "as it was"


@pytest.mark.parametrize(("shape", "mode"), [((3, 5), "L"), ((3, 5, 3), "RGB")])
def test_pngs_keep_their_pixels(tmp_path: Path, shape: tuple[int, ...], mode: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    write_png(tmp_path / "a", pixels)  # whatever the ending
    with Image.open(tmp_path / "a") as image:
        assert (image.format, image.mode) == ("PNG", mode)
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_json_ends_with_a_line(tmp_path: Path) -> None:
    content = {"a": [1, 2.5, None], "b": "ü"}
    write_json(tmp_path / "a.json", content)
    text = (tmp_path / "a.json").read_text()
    assert json.loads(text) == content
    assert text.endswith("}\n") and '  "a"' in text
    with pytest.raises(TypeError):
        write_json(tmp_path / "b.json", object())
    assert not (tmp_path / "b.json").exists()


def test_a_checkpoint_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "a" / "one.pth", dict(state_dict=dict(weight=torch.ones(2))))
    assert os.listdir(tmp_path / "a") == ["one.pth"]
    read = read_checkpoint(str(tmp_path / "a" / "one.pth"))
    assert torch.equal(read["state_dict"]["weight"], torch.ones(2))
