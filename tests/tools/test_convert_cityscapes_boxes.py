"""The command line over hand-made pictures."""

import json
from pathlib import Path

import pytest

from tests.detection.boxes.files import write_split
from tests.tools.commands import TOOLS, refused, run_here, run_tool

TOOL = "convert_cityscapes_boxes"


def annotations(root: Path, split: str) -> dict:
    return json.loads((root / f"instances_{split}.json").read_text())


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for split in ("train", "val"):
        write_split(tmp_path / "data", split)
    return tmp_path / "data"


def test_a_process_converts_both_splits_and_says_so(data: Path) -> None:
    done = run_tool(TOOL, "data", cwd=data.parent)
    # The onedl line's mmdet has something to say of itself first.
    assert done.stdout.splitlines()[-2:] == [
        f"data/annotations/instances_{split}.json: 4 images, 6 boxes, 2 crowd regions"
        for split in ("train", "val")
    ]
    assert annotations(data / "annotations", "val")["info"]["convention"] == "mmdet"


def test_options(data: Path, capsys: pytest.CaptureFixture) -> None:
    options = ("--split", "val", "val", "--convention", "da_faster", "--drop-empty", "--workers", 1)
    run_here(TOOLS / f"{TOOL}.py", "data", *options, "--out", "other")
    assert capsys.readouterr().out.splitlines()[-1:] == [
        "other/instances_val.json: 3 images, 8 boxes, 0 crowd regions"
    ]
    assert [path.name for path in Path("other").iterdir()] == ["instances_val.json"]
    assert not (data / "annotations").exists()


def test_bad_input_writes_nothing(data: Path, capsys: pytest.CaptureFixture) -> None:
    assert refused(capsys, TOOL, "data", "--convention", "voc") == (
        "error: convention must be one of mmdet, da_faster, got 'voc'"
    )
    # The first split would be fine.
    assert refused(capsys, TOOL, "data", "--split", "train", "tset") == (
        "error: Cityscapes: the folder 'data/leftImg8bit/tset' does not exist; it should hold "
        "Cityscapes' images ('leftImg8bit/<split>/<city>/*_leftImg8bit.png', with instance ids in "
        "'gtFine/', Cordts et al. 2016), unpacked from its publisher's archives"
    )
    assert refused(capsys, TOOL, "data", "--workers", 0) == (
        "error: workers must be 1 or more, got 0"
    )
