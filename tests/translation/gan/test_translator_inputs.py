"""What a translator gets: the range of pixels, labels, sizes."""

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import nn

from mmadvent.errors import InputError
from mmadvent.translation.gan import ResNetGenerator
from mmadvent.translation.gan.translator_inputs import (
    check_pixel_range,
    join_domains,
    pixels_of,
)

MIDDLE = [127.5, 127.5, 127.5]
GENERATOR = nn.Identity()


def test_pixels_in_the_range() -> None:
    check_pixel_range(dict(type="SegDataPreProcessor", mean=(127.5,) * 3, std=MIDDLE))
    check_pixel_range(None)
    assert pixels_of(torch.tensor([-1.0, 0, 1])).tolist() == [0, 127.5, 255]


@pytest.mark.parametrize(
    ("changes", "got"),
    [
        (dict(mean=[123.675, 116.28, 103.53]), "mean=[123.675, 116.28, 103.53], std="),
        (dict(std=None), "std=None"),
        (dict(bgr_to_rgb=True), "std=[127.5, 127.5, 127.5], bgr_to_rgb"),
        (dict(rgb_to_bgr=True), "std=[127.5, 127.5, 127.5], rgb_to_bgr"),
    ],
)
def test_pixels_out_of_it(changes: dict, got: str) -> None:
    with pytest.raises(InputError) as caught:
        check_pixel_range(dict(mean=MIDDLE, std=MIDDLE) | changes)
    text = str(caught.value)
    assert text.startswith(
        "model.data_preprocessor must map BGR pixels to [-1, 1], by mean and std "
        "[127.5, 127.5, 127.5] alone, got mean="
    )
    assert got in text


def batch(height: int, width: int, labeled: bool) -> dict:
    sample = SegDataSample()
    if labeled:
        sample.gt_sem_seg = PixelData(data=torch.ones(1, height, width))
    return dict(inputs=[torch.zeros(3, height, width)], data_samples=[sample])


def test_both_domains() -> None:
    source, target = join_domains(batch(4, 6, True), batch(4, 6, False), True, GENERATOR)
    assert source.images.shape == target.images.shape == (1, 3, 4, 6)
    assert source.labels.shape == (1, 4, 6) and target.labels is None
    plain, _ = join_domains(batch(4, 6, False), batch(4, 6, False), False, GENERATOR)
    assert plain.labels is None


def test_what_cannot_be_joined() -> None:
    with pytest.raises(InputError) as caught:
        join_domains(batch(4, 6, False), batch(4, 6, False), True, GENERATOR)
    assert str(caught.value) == (
        "the source of SemanticTranslator needs labels: its pipeline must have a step such as "
        "LoadLabelIds"
    )
    with pytest.raises(InputError) as caught:
        join_domains(batch(4, 6, True), batch(4, 8, False), True, GENERATOR)
    assert str(caught.value) == (
        "the images of source and target must have one size after their pipelines, got 6x4 and 8x4"
    )
    with pytest.raises(InputError, match="^ResNetGenerator takes images whose sides are multiples"):
        join_domains(batch(18, 16, True), batch(18, 16, False), True, ResNetGenerator(2, 1))
