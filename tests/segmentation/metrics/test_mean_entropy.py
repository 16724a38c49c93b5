"""Mean entropy of predictions as a metric."""

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample

from mmadvent.functional import entropy


def evaluate(*logits: torch.Tensor) -> dict:
    metric = METRICS.build(dict(type="MeanEntropyMetric"))
    for values in logits:  # as the evaluator hands them over
        metric.process({}, [SegDataSample(seg_logits=PixelData(data=values)).to_dict()])
    return metric.evaluate(len(logits))


def test_uniform_predictions_have_one_and_certain_ones_zero():
    uniform, certain = torch.zeros(5, 4, 6), torch.zeros(5, 4, 6)
    certain[2] = 1e4
    assert evaluate(uniform) == {"mean_entropy": 1.0}
    assert evaluate(certain) == {"mean_entropy": 0.0}
    assert evaluate(uniform, certain, certain, certain) == {"mean_entropy": 0.25}


def test_images_count_equally_whatever_their_size():
    torch.manual_seed(0)
    images = [torch.randn(5, 4, 6), torch.randn(5, 16, 9) * 3]
    expected = sum(entropy(image[None]).mean().item() for image in images) / 2
    assert evaluate(*images)["mean_entropy"] == pytest.approx(expected, abs=5e-5)
