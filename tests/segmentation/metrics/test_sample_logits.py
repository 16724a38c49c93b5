"""The logits that a measure without labels looks at."""

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample

from mmadvent.errors import InputError
from mmadvent.segmentation.metrics.sample_logits import sample_logits


def sample(channels: int) -> dict:
    logits = torch.arange(channels * 6.0).view(channels, 2, 3)
    return SegDataSample(seg_logits=PixelData(data=logits)).to_dict()


def test_pixels_in_a_row() -> None:
    assert torch.equal(sample_logits(sample(2), "Metric"), torch.arange(12.0).view(2, 6))


@pytest.mark.parametrize(
    "name",
    ["MeanEntropyMetric", "InformationMaximisationMetric", "SoftNeighbourhoodDensityMetric"],
)
def test_one_channel_and_a_threshold_are_refused(name: str) -> None:
    with pytest.raises(InputError) as error:
        METRICS.build(dict(type=name)).process({}, [sample(1)])
    assert str(error.value) == (
        f"{name} needs the logits of 2 classes or more, got 1 channel: give the model "
        "num_classes=2 instead of one class and a threshold"
    )
