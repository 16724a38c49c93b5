"""What a validation logs of fixed images of the target."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmengine.visualization import Visualizer
from mmseg.structures import SegDataSample
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.segmentation import TargetPicturesHook
from mmadvent.segmentation.target_pictures_hook import target_picture

PALETTE = [[128, 64, 128], [0, 0, 142]]


def result() -> SegDataSample:
    """Certain of class 1 on the left, certain of none on the right."""
    logits = torch.zeros(2, 4, 6)
    logits[1, :, :3] = 100
    sample = SegDataSample()
    sample.seg_logits = PixelData(data=logits)
    sample.pred_sem_seg = PixelData(data=logits.argmax(dim=0, keepdim=True))
    return sample


def test_the_image_the_prediction_and_its_entropy() -> None:
    image = torch.zeros(3, 2, 3, dtype=torch.uint8)
    image[0] = 200  # blue, as mmcv loads it
    drawn = target_picture(image, result(), np.asarray(PALETTE, np.uint8))
    assert drawn.shape == (4, 18, 3) and drawn.dtype == np.uint8
    assert (drawn[:, :6] == (0, 0, 200)).all()
    assert (drawn[:, 6:9] == PALETTE[1]).all() and (drawn[:, 9:12] == PALETTE[0]).all()
    assert drawn[:, 12:15].mean() < 10 and drawn[:, 15:].mean() > 150


def test_the_chosen_batches_go_to_the_backends(tmp_path: Path) -> None:
    backends = [dict(type="LocalVisBackend")]
    visualizer = Visualizer(vis_backends=backends, save_dir=str(tmp_path))
    visualizer.dataset_meta = dict(palette=PALETTE)
    runner: Any = SimpleNamespace(visualizer=visualizer, iter=40, train_loop=trained_on([]))
    hook = TargetPicturesHook(batches=[1])
    batch = dict(inputs=[torch.zeros(3, 4, 6, dtype=torch.uint8)] * 2)
    for number in range(3):
        hook.after_val_iter(runner, number, batch, [result(), result()])
    (file,) = tmp_path.rglob("*.png")
    assert file.relative_to(tmp_path).as_posix().endswith("target_1_40.png")
    assert Image.open(file).size == (18, 4)


@pytest.mark.parametrize("palette", [PALETTE, []], ids=["the source's", "any"])
def test_a_folder_of_images_has_no_colors(palette: list, tmp_path: Path) -> None:
    backends = [dict(type="LocalVisBackend")]
    visualizer = Visualizer(vis_backends=backends, save_dir=str(tmp_path))
    visualizer.dataset_meta = dict(classes=None, palette=[])
    runner: Any = SimpleNamespace(visualizer=visualizer, iter=1, train_loop=trained_on(palette))
    batch = dict(inputs=[torch.zeros(3, 4, 6, dtype=torch.uint8)])
    TargetPicturesHook(batches=[0]).after_val_iter(runner, 0, batch, [result()])
    (file,) = tmp_path.rglob("*.png")
    drawn = np.asarray(Image.open(file))
    first, second = drawn[0, 6], drawn[0, 9]
    assert (first != second).any()
    if palette:
        assert (first == palette[1]).all() and (second == palette[0]).all()


def trained_on(palette: list) -> SimpleNamespace:
    dataset = SimpleNamespace(metainfo=dict(palette=palette))
    return SimpleNamespace(dataloader=SimpleNamespace(dataset=dataset))


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(InputError) as error:
        TargetPicturesHook(batches=(0, -1))
    assert str(error.value) == "batches must be integers >= 0, got [0, -1]"
