"""What is refused before a detector's run writes anything."""

from pathlib import Path

import pytest

from tests.tools.commands import refused
from tests.tools.toy_config import write_child

# What is changed in a good config -> the sentence about it.
TRAINING = {
    "model = dict(bbox_head=dict(num_classes=7))": (
        "model.bbox_head.num_classes must be the number of classes of CityscapesBoxesDataset, 8, "
        "got 7"
    ),
    "model = dict(level_weights=[1.0, 0.5])": (
        "model.level_weights must have one weight for each of the 5 levels of the head, "
        "got [1.0, 0.5]"
    ),
    "train_dataloader = dict(dataset=dict(ann_file='none.json'))": (
        "CityscapesBoxesDataset: the annotation file '{data}/none.json' does not exist; for "
        "Cityscapes make it with tools/convert_cityscapes_boxes.py"
    ),
    "val_dataloader = dict(dataset=dict(fog_density=0.01))": (
        "FoggyCityscapesDataset: fog_density must be one of those in "
        "'{data}/leftImg8bit_foggy/val', 0.02, got 0.01"
    ),
    "target_dataloader = None": (
        "target_dataloader must be the dataloader of the unlabelled target images, got None"
    ),
    "weights = dict(_delete_=True, type='Pretrained', checkpoint='no.pth')\n"
    "model = dict(backbone=dict(init_cfg=weights))": (
        "the initial weights 'no.pth' cannot be fetched (no.pth can not be found.): pass a local "
        "file with --cfg-options model.backbone.init_cfg.checkpoint=FILE, or start from random "
        "weights with --cfg-options model.backbone.init_cfg=None"
    ),
}


@pytest.mark.parametrize("change", TRAINING)
def test_training(
    change: str, detection_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    child = write_child(here, change, base=str(detection_folder / "toy.py"))
    sentence = TRAINING[change].format(data=detection_folder / "data")
    assert refused(capsys, "train", child) == f"error: {sentence}"


def test_out_must_be_a_pickle(
    detection_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    arguments = [detection_folder / "toy.py", "no.pth", "--out", "predictions"]
    assert refused(capsys, "test", *arguments) == (
        "error: --out of a detector must end in .pkl or .pickle, got 'predictions'"
    )


@pytest.mark.parametrize("tool", ["test", "export"])
def test_checkpoint(
    tool: str, detection_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    more = ["out"] if tool == "export" else []
    sentence = refused(capsys, tool, detection_folder / "toy.py", "no.pth", *more)
    assert sentence == "error: the checkpoint 'no.pth' does not exist"
