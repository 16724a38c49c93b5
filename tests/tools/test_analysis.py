"""The tools that look at configs, data and logs: ours, and upstream's where it works."""

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from mmadvent.compat import installed_line
from tests.tools.commands import TOOLS, ToyRun, run_python, upstream_tools
from tests.tools.toy_config import write_child

ANALYSIS = upstream_tools("mmseg") / "analysis_tools"
# One command line an argument, one interpreter: importing mmseg takes longer than all of them.
RUN = """
import json, runpy, sys
for command in sys.argv[1:]:
    sys.argv = json.loads(command)
    runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_commands(toy_run: ToyRun, tmp_path: Path) -> None:
    config, checkpoint = str(toy_run.config), str(toy_run.checkpoint)
    many = write_child(
        tmp_path,
        "test_dataloader = dict(dataset=dict("
        "_delete_=True, type='RepeatDataset', times=100, dataset=_base_.test_dataloader.dataset))",
        base=config,
    )
    (tmp_path / "out").mkdir()
    for image in (toy_run.folder / "data/cityscapes/leftImg8bit/val").rglob("*.png"):
        Image.fromarray(np.full((64, 64), 13, np.uint8)).save(tmp_path / "out" / image.name)
    (log,) = toy_run.work_dir.glob("*/vis_data/scalars.json")
    quiet = ["--not-show", "--output-dir"]
    commands = [
        # Upstream's first: nothing but the config has imported mmadvent then.
        [ANALYSIS / "benchmark.py", many, checkpoint, "--work-dir", "fps"],
        [ANALYSIS / "analyze_logs.py", log, "--keys", "decode.loss_ce", "--out", "curve.png"],
        [TOOLS / "confusion_matrix.py", config, "out", "matrix"],
        [TOOLS / "get_flops.py", config, "--shape", 64, 96],
        [TOOLS / "browse_dataset.py", config, *quiet, "source", "--number", 3],
        [TOOLS / "browse_dataset.py", config, *quiet, "target", "--domain", "target"],
        [TOOLS / "browse_dataset.py", config, *quiet, "val", "--domain", "val"],
    ]
    lines = [json.dumps([str(word) for word in command]) for command in commands]
    done = run_python("-W", "ignore", "-c", RUN, *lines, cwd=tmp_path)

    (speed,) = (tmp_path / "fps").glob("*.json")
    assert json.loads(speed.read_text())["average_fps"] > 0
    assert Image.open(tmp_path / "curve.png").width > 100
    check_confusion(tmp_path / "matrix")
    check_flops(done.stdout, checkpoint)
    check_pictures(toy_run.folder / "data", tmp_path)


def check_confusion(folder: Path) -> None:
    header, *rows = (folder / "confusion_matrix.csv").read_text().splitlines()
    counts = np.array([row.split(",")[1:] for row in rows], dtype=int)
    assert counts.shape == (19, 19) and len(header.split(",")) == 20
    assert counts[:, 13].sum() == counts.sum() > 0  # every prediction was class 13
    assert Image.open(folder / "confusion_matrix.png").width > 100


def check_flops(printed: str, checkpoint: str) -> None:
    """Only what predicts is counted: neither discriminators nor the auxiliary head."""
    assert "Input shape: 64x96" in printed and "Flops: " in printed
    number = printed.partition("Params: ")[2].partition(" ")[0]
    weights = torch.load(checkpoint, weights_only=False)["state_dict"]
    expected = sum(
        value.numel()
        for name, value in weights.items()
        if name.startswith(("backbone.", "decode_head."))
        and not name.endswith(("running_mean", "running_var", "num_batches_tracked"))
    )
    assert number.endswith("M")
    assert float(number[:-1]) * 1e6 == pytest.approx(expected, rel=0.01)


def check_pictures(data: Path, pictures: Path) -> None:
    assert len(list((pictures / "source").iterdir())) == 3
    targets = sorted((pictures / "target").iterdir())
    assert len(targets) == len(list((data / "cityscapes/leftImg8bit/train").rglob("*.png")))
    original = min((data / "cityscapes/leftImg8bit/train").rglob("*.png"))
    # Unlabelled, so the picture is the image; a labelled one is painted over.
    assert np.array_equal(np.asarray(Image.open(targets[0])), np.asarray(Image.open(original)))
    labeled = min((pictures / "val").iterdir())
    original = min((data / "cityscapes/leftImg8bit/val").rglob("*.png"))
    assert not np.array_equal(np.asarray(Image.open(labeled)), np.asarray(Image.open(original)))


@pytest.fixture
def perfect() -> tuple[Any, np.ndarray]:
    """A data set of one image with all 19 classes, and its faultless prediction."""
    labels = np.arange(19, dtype=np.uint8).reshape(1, 19)
    field = SimpleNamespace(data=torch.from_numpy(labels)[None])

    class OneImage(list):
        METAINFO = dict(classes=[str(index) for index in range(19)])
        metainfo = METAINFO
        ignore_index = 255
        reduce_zero_label = False

    return OneImage([dict(data_samples=SimpleNamespace(gt_sem_seg=field))]), labels


def test_upstream_confusion_matrix_still_overflows(
    perfect: tuple[Any, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, upstream has mended its script and ours can go."""
    dataset, labels = perfect
    monkeypatch.setattr(sys, "argv", ["confusion_matrix.py"])
    tool = runpy.run_path(str(ANALYSIS / "confusion_matrix.py"))
    counted = tool["calculate_confusion_matrix"](dataset, [labels])
    assert not np.array_equal(counted, np.eye(19)) or installed_line() == "onedl"
