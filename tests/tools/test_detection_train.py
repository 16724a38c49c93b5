"""tools/train.py with a detector: what it logs, resumes and never reads."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from mmadvent.results.results_table import results_table
from mmadvent.results.table_layout import AP_TABLE, TableRow
from tests.tools.commands import ToyRun
from tests.tools.toy_detection import CLASSES, write_config, write_domains


def test_logs_every_loss_and_measure_by_name(detection_run: ToyRun) -> None:
    (log,) = detection_run.work_dir.glob("*/vis_data/scalars.json")
    first, *_, validation = [json.loads(line) for line in log.read_text().splitlines()]
    levels = [f"advent.level_{index}" for index in range(5)]
    measures = {f"{level}.{kind}" for level in levels for kind in ("loss_adv", "loss_dis")}
    measures |= {f"{level}.{kind}" for level in levels for kind in ("entropy", "acc_dis")}
    losses = {"loss_cls", "loss_bbox", "loss", "loss_discriminator"}
    assert measures | losses | {"network.lr", "discriminator.lr"} <= first.keys()
    classes = {f"{AP_TABLE.class_prefix}{name}" for name in CLASSES}
    assert classes | {"voc_area/mAP", "coco/bbox_mAP"} <= validation.keys()
    table = results_table([TableRow("AdvEnt", (detection_run.work_dir,))], AP_TABLE)
    titles = ["person", "rider", "car", "truck", "bus", "train", "mbike", "bike"]
    assert [column.title for column in table.columns] == [*titles, "mAP", "area", "COCO"]


def trained(config: Path, work_dir: Path, iterations: int, checkpoint: Path | None = None) -> dict:
    """The last checkpoint of a training in this process, which may resume from another."""
    settings = Config.fromfile(config)
    settings.merge_from_dict(
        {
            "work_dir": str(work_dir),
            "experiment_name": str(work_dir),
            "train_cfg.max_iters": iterations,
            "default_hooks.checkpoint.interval": 3,
            "param_scheduler.0.end": 10,
            "load_from": str(checkpoint) if checkpoint else None,
            "resume": checkpoint is not None,
            "log_level": "WARNING",
        }
    )
    # Validation has its own test; it only costs time here.
    settings.val_dataloader = settings.val_cfg = settings.val_evaluator = None
    Runner.from_cfg(settings).train()
    return torch.load(work_dir / f"iter_{iterations}.pth", weights_only=False)


@pytest.fixture(scope="module")
def straight(detection_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """The folder and the last checkpoint of six iterations."""
    folder = tmp_path_factory.mktemp("straight")
    return folder, trained(detection_folder / "toy.py", folder, 6)


def test_three_and_three_iterations_are_six(
    straight: tuple[Path, dict], detection_folder: Path, tmp_path: Path
) -> None:
    folder, whole = straight
    resumed = trained(detection_folder / "toy.py", tmp_path / "cut", 6, folder / "iter_3.pth")
    names = whole["state_dict"].keys()
    assert {name.partition(".")[0] for name in names} == {
        *("backbone", "neck", "bbox_head", "adaptation")
    }
    assert set(whole["optimizer"]) == {"network", "discriminator"}
    for key in ("state_dict", "optimizer"):
        assert_equal(resumed[key], whole[key])
    before = torch.load(folder / "iter_3.pth", weights_only=False)["state_dict"]
    moved = {name for name in names if not torch.equal(before[name], whole["state_dict"][name])}
    parts = ("backbone.conv1", "bbox_head.cls_convs.0", "adaptation.0.discriminators.level_0")
    assert all(any(name.startswith(part) for name in moved) for part in parts)


def assert_equal(ours: object, other: object, name: str = "") -> None:
    """Bit for bit, through dicts and lists."""
    assert type(ours) is type(other), name
    if isinstance(ours, torch.Tensor):
        assert torch.equal(ours, other), name
    elif isinstance(ours, dict):
        assert ours.keys() == other.keys(), name
        for key in ours:
            assert_equal(ours[key], other[key], f"{name}.{key}")
    elif isinstance(ours, (list, tuple)):
        for index, pair in enumerate(zip(ours, other, strict=True)):
            assert_equal(*pair, f"{name}.{index}")
    else:
        assert ours == other, name


def add_garbage(data: Path) -> None:
    """What a careless target data set would trip over, wherever annotations may lie."""
    for folder in ("annotations", "gtFine/train/aachen"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    for index in range(4):
        stem = data / f"gtFine/train/aachen/aachen_{index:06d}_000019_gtFine"
        for kind in ("instanceIds.png", "labelIds.png", "polygons.json"):
            stem.with_name(f"{stem.name}_{kind}").write_bytes(b"\x00garbage\xff")


@pytest.mark.parametrize("labels", [None, add_garbage], ids=["absent", "garbage"])
def test_weights_do_not_depend_on_the_targets_annotations(
    labels: Callable[[Path], None] | None, straight: tuple[Path, dict], tmp_path: Path
) -> None:
    """The target lies in a folder of its own, beside which there is nothing, or garbage."""
    config = apart(tmp_path)
    if labels:
        labels(tmp_path / "target")
        (tmp_path / "target/annotations/instances_train.json").write_bytes(b"\x00garbage\xff")
    weights = trained(config, tmp_path / "work", 3)["state_dict"]
    expected = torch.load(straight[0] / "iter_3.pth", weights_only=False)["state_dict"]
    assert_equal(weights, expected)


def test_weights_depend_on_the_targets_images(straight: tuple[Path, dict], tmp_path: Path) -> None:
    config = apart(tmp_path)
    images = sorted((tmp_path / "target").rglob("*.png"))
    for image, other in zip(
        images, sorted((tmp_path / "data/leftImg8bit/train").rglob("*.png")), strict=True
    ):
        shutil.copy(other, image)
    weights = trained(config, tmp_path / "work", 3)["state_dict"]
    expected = torch.load(straight[0] / "iter_3.pth", weights_only=False)["state_dict"]
    assert any(not np.array_equal(weights[name], expected[name]) for name in expected)


def apart(folder: Path) -> Path:
    """The toy config over the same data, with the target's images in a folder of their own."""
    data = write_domains(folder / "data")
    foggy = "leftImg8bit_foggy/train"
    shutil.copytree(data / foggy, folder / "target" / foggy)
    shutil.rmtree(data / foggy)
    config = write_config(folder, data)
    target = f"dict(data_root='{folder / 'target'}')"
    config.write_text(config.read_text() + f"target_dataloader['dataset'].update({target})\n")
    return config
