"""Which data set is looked at; the pictures are checked with those of upstream's tools."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmdet.registry import VISUALIZERS
from mmdet.structures import DetDataSample
from mmdet.structures.bbox import HorizontalBoxes
from mmengine.config import Config
from mmengine.structures import InstanceData
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


def test_boxes_are_drawn(tmp_path: Path) -> None:
    boxes = HorizontalBoxes(torch.tensor([[4.0, 4.0, 20.0, 20.0]]))
    sample = DetDataSample(gt_instances=InstanceData(bboxes=boxes, labels=torch.tensor([0])))
    visualizer = VISUALIZERS.build(
        dict(type="mmdet.DetLocalVisualizer", name="test_browse_dataset")
    )
    visualizer.dataset_meta = dict(classes=("car",), palette=[(255, 0, 0)])
    args = parse("browse-dataset", "a.py", "--output-dir", tmp_path, "--not-show")
    draw(visualizer, dict(inputs=torch.zeros(3, 32, 32).byte(), data_samples=sample), "a", args)
    picture = np.asarray(Image.open(tmp_path / "a.png"))
    assert picture.shape == (32, 32, 3) and picture.any()
