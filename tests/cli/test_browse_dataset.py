"""Which data set is looked at; the pictures are checked with those of upstream's tools."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmdet.registry import VISUALIZERS
from mmdet.structures import DetDataSample
from mmdet.structures.bbox import HorizontalBoxes
from mmengine.config import Config
from mmengine.structures import InstanceData, PixelData
from mmseg.structures import SegDataSample
from PIL import Image

from mmadvent.cli.browse_dataset import draw, find_dataset
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_the_domain_names_the_loader() -> None:
    config = Config({f"{name}_dataloader": dict(dataset=name) for name in ("train", "target")})
    assert find_dataset(config, parse("browse-dataset", "a.py").domain) == "train"
    assert find_dataset(config, "target") == "target"
    with pytest.raises(InputError) as error:
        find_dataset(config, "val")
    assert str(error.value) == "--domain val needs val_dataloader in the config, got none"


def boxes_drawn(folder: Path, boxes: list[float], **meta: Any) -> np.ndarray:
    """Where a sample of black pixels has a drawn box, of a file whose box is (4, 4, 20, 12)."""
    instances = InstanceData(
        bboxes=HorizontalBoxes(torch.tensor([boxes])), labels=torch.tensor([0])
    )
    sample = DetDataSample(gt_instances=instances, metainfo=meta)
    visualizer = VISUALIZERS.build(
        dict(type="mmdet.DetLocalVisualizer", name="test_browse_dataset")
    )
    # No class has a name, which would be drawn into the box.
    visualizer.dataset_meta = dict(classes=("",), palette=[(255, 0, 0)])
    args = parse("browse-dataset", "a.py", "--output-dir", folder, "--not-show")
    item = dict(inputs=torch.zeros(3, 48, 48).byte(), data_samples=sample)
    draw(visualizer, item, "a", args, dict(instances=[dict(bbox=[4.0, 4.0, 20.0, 12.0])]))
    picture = np.asarray(Image.open(folder / "a.png"))
    assert picture.shape == (48, 48, 3)
    rows, columns = np.nonzero(picture[..., 0] > 200)
    return np.array([columns.min(), rows.min(), columns.max(), rows.max()])


def test_boxes_are_drawn_where_the_image_has_them(tmp_path: Path) -> None:
    moved = boxes_drawn(tmp_path, [8.0, 16.0, 40.0, 48.0], scale_factor=(2.0, 4.0))
    assert np.abs(moved - (8, 16, 40, 47)).max() <= 2
    # As a test's pipeline has them, which resizes the image alone.
    of_file = boxes_drawn(tmp_path, [4.0, 4.0, 20.0, 12.0], scale_factor=(2.0, 4.0))
    assert np.array_equal(moved, of_file)
    assert np.abs(boxes_drawn(tmp_path, [4.0, 4.0, 20.0, 12.0]) - (4, 4, 20, 12)).max() <= 2


def test_labels_are_drawn_at_the_size_of_the_image(tmp_path: Path) -> None:
    label = torch.zeros(1, 16, 16).long()
    label[:, :8, 8:] = 1
    sample = SegDataSample(gt_sem_seg=PixelData(data=label))
    visualizer = VISUALIZERS.build(
        dict(type="mmseg.SegLocalVisualizer", name="test_browse_labels", alpha=1.0)
    )
    visualizer.dataset_meta = dict(classes=("", ""), palette=[(0, 0, 0), (0, 255, 0)])
    args = parse("browse-dataset", "a.py", "--output-dir", tmp_path, "--not-show")
    draw(visualizer, dict(inputs=torch.zeros(3, 64, 32).byte(), data_samples=sample), "a", args, {})
    green = np.asarray(Image.open(tmp_path / "a.png"))[..., 1] > 200
    assert green.shape == (64, 32)
    assert green[:32, 16:].mean() > 0.95 and not green[32:].any() and not green[:, :16].any()
