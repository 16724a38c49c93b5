"""Pictures lie where their images lie, also of classes without a name."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from mmseg.visualization import SegLocalVisualizer
from PIL import Image

from mmadvent.engine import PredictionPictureHook
from tests.engine.hooks.test_image_places import data
from tests.engine.hooks.test_label_map_hook import sample


def test_each_image_has_its_picture(tmp_path: Path) -> None:
    names = ("a/1.png", "b/1.png")
    for index, name in enumerate(names):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        pixels = np.full((20, 30, 3), 100 * index, np.uint8)
        Image.fromarray(pixels).save(tmp_path / "in" / name)
    root = str(tmp_path / "in")
    runner = SimpleNamespace(
        test_dataloader=SimpleNamespace(dataset=data(root, *names)),
        visualizer=SegLocalVisualizer(name="pictures"),
        model=SimpleNamespace(decode_head=SimpleNamespace(num_classes=3)),
    )
    runner.visualizer.dataset_meta = {}
    hook = PredictionPictureHook(str(tmp_path / "out"))
    hook.before_test(runner)
    assert runner.visualizer.dataset_meta["classes"] == ["0", "1", "2"]
    labels = torch.ones(1, 20, 30, dtype=torch.int64)
    hook.after_test_iter(runner, 0, None, [sample(f"{root}/{name}", labels) for name in names])
    pictures = [np.asarray(Image.open(tmp_path / "out" / name)) for name in names]
    assert pictures[0].shape == (20, 30, 3) and not np.array_equal(*pictures)
