"""Labels of colors, of another size or of no class are named, whichever step loads them."""

import pytest
import torch
from mmengine.optim import OptimWrapper
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.segmentation.source_labels import check_source_labels
from tests.toys import build_segmentor, toy_batch, toy_segmentor


def check(labels: Tensor, classes: int = 3) -> None:
    sample = SegDataSample(gt_sem_seg=PixelData(data=labels), metainfo=dict(seg_map_path="a.png"))
    check_source_labels([torch.zeros(3, 4, 6)], [sample], classes, 255)


def test_what_is_right_passes() -> None:
    check(torch.tensor([0, 1, 2, 255]).repeat(6).view(1, 4, 6))
    check_source_labels([torch.zeros(3, 4, 6)], [SegDataSample()], 3, 255)


@pytest.mark.parametrize("shape", [(4, 6, 3), (1, 8, 12)])
def test_another_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError) as error:
        check(torch.zeros(shape, dtype=torch.long))
    assert str(error.value) == (
        "the label 'a.png' must leave the source's pipeline with one class a pixel, (1, 4, 6), "
        f"got {shape}"
    )


def test_no_class() -> None:
    with pytest.raises(InputError) as error:
        check(torch.full((1, 4, 6), 3))
    assert str(error.value) == (
        "the label 'a.png' must hold the indices of 3 classes, 0-2, or 255, got 3"
    )


def test_the_segmentor_looks() -> None:
    model = build_segmentor(toy_segmentor())
    data = dict(source=toy_batch(0, num_classes=5), target=toy_batch(1))
    (sample,) = data["source"]["data_samples"]
    sample.gt_sem_seg.data[0, 0, 0] = 7
    with pytest.raises(InputError) as error:
        model.train_step(data, OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-3)))
    assert str(error.value) == (
        "the label 'None' must hold the indices of 5 classes, 0-4, or 255, got 7"
    )
