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
    check_sizes,
    join_domains,
    pixels_of,
)

MIDDLE = [127.5, 127.5, 127.5]


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


def images(*sizes: tuple[int, int]) -> dict:
    return dict(inputs=[torch.zeros(3, *size) for size in sizes])


def test_images_of_one_size() -> None:
    generator = ResNetGenerator(2, 1)
    check_sizes(dict(source=images((16, 20), (16, 20)), target=images((16, 20))), generator)
    check_sizes(dict(source=images((17, 20))), nn.Identity())
    stacked = dict(inputs=torch.zeros(2, 3, 16, 20))
    check_sizes(dict(source=stacked, target=stacked), generator)
    for source in (images((16, 20)), images((16, 20), (16, 24))):
        with pytest.raises(InputError) as caught:
            check_sizes(dict(source=source, target=images((16, 24))), generator)
        assert str(caught.value) == (
            "the images of source and target must have one size after their pipelines, got 20x16 "
            "and 24x16"
        )
    with pytest.raises(InputError, match="^ResNetGenerator takes images whose sides are multiples"):
        check_sizes(dict(source=images((18, 16))), generator)


def test_both_domains() -> None:
    labels = torch.ones(1, 4, 6)
    sample = SegDataSample(gt_sem_seg=PixelData(data=labels))
    image = torch.zeros(3, 4, 6)
    source = dict(inputs=[image, image], data_samples=[sample, sample])
    target = dict(inputs=image[None])
    ours, theirs = join_domains(source, target, True)
    assert (ours.images.shape, theirs.images.shape) == ((2, 3, 4, 6), (1, 3, 4, 6))
    assert torch.equal(ours.labels, torch.ones(2, 4, 6)) and theirs.labels is None
    source["data_samples"][1] = SegDataSample()
    assert join_domains(source, target, False)[0].labels is None
    with pytest.raises(InputError) as caught:
        join_domains(source, target, True)
    assert str(caught.value) == (
        "the source of SemanticTranslator needs labels: its pipeline must have a step such as "
        "LoadLabelIds"
    )
