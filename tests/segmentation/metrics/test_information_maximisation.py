"""Diversity minus entropy of predictions as a metric."""

import math

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample


def fed(*logits: torch.Tensor):
    """The metric after it was handed images, as the evaluator hands them over."""
    metric = METRICS.build(dict(type="InformationMaximisationMetric"))
    for values in logits:
        metric.process({}, [SegDataSample(seg_logits=PixelData(data=values)).to_dict()])
    return metric


def measure(*logits: torch.Tensor) -> float:
    (value,) = fed(*logits).evaluate(len(logits)).values()
    return value


def certain(classes: torch.Tensor, number: int) -> torch.Tensor:
    """Logits (C, H, W) that are sure of the class at each position (H, W)."""
    return 1e4 * torch.nn.functional.one_hot(classes, number).permute(2, 0, 1).float()


def by_hand(images: list[torch.Tensor]) -> float:
    """Pixel by pixel: mutual information as the mean divergence from the marginal."""
    shares = []
    for image in images:
        pixels = image.double().flatten(1).T.numpy()
        odds = np.exp(pixels - pixels.max(1, keepdims=True))
        shares.append(odds / odds.sum(1, keepdims=True))
    marginal = np.mean([p.mean(0) for p in shares], axis=0)
    divergence = [np.mean([(row * np.log(row / marginal)).sum() for row in p]) for p in shares]
    return float(np.mean(divergence)) / math.log(len(marginal))


def test_name_and_greatest_value():
    half = torch.zeros(2, 8, dtype=torch.long)
    half[1] = 1
    assert fed(certain(half, 2)).evaluate(1) == {"information_maximisation": 1.0}


def test_a_collapse_to_one_class_is_worth_no_more_than_not_knowing():
    one = torch.full((4, 6), 3)
    assert measure(certain(one, 5)) == 0
    assert measure(torch.zeros(5, 4, 6)) == 0
    assert measure(torch.randn(5, 1, 1).expand(5, 4, 6)) == pytest.approx(0, abs=1e-4)


def test_two_of_four_classes_are_half_of_what_is_possible():
    classes = torch.arange(24).view(4, 6) % 2
    assert measure(certain(classes, 4)) == 0.5


def test_diversity_is_that_over_all_images():
    # Each image alone is a collapse.
    images = [certain(torch.full((4, 6), index), 4) for index in range(4)]
    assert [measure(image) for image in images] == [0, 0, 0, 0]
    assert measure(*images) == 1


def test_images_count_equally_whatever_their_size_and_order():
    torch.manual_seed(0)
    images = [torch.randn(5, 4, 6), torch.randn(5, 16, 9) * 3, torch.randn(5, 7, 7) + 2]
    assert measure(*images) == pytest.approx(by_hand(images), abs=6e-5)
    assert measure(*images) == measure(*reversed(images))
    assert by_hand(images) > 0.1


def test_what_two_processes_collect_is_what_one_does():
    torch.manual_seed(1)
    images = [torch.randn(3, 5, 5) for _ in range(4)]
    first, second = fed(*images[:2]), fed(*images[2:])
    together = first.compute_metrics(first.results + second.results)
    assert together == fed(*images).evaluate(4)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_is_a_share_at_any_finite_logits(dtype: torch.dtype):
    torch.manual_seed(2)
    greatest = torch.finfo(dtype).max
    for scale in (0.0, 1.0, 100.0, greatest / 8):
        logits = scale * torch.randn(4, 8, 8, dtype=torch.float64).clamp(-4, 4)
        assert 0 <= measure(logits.to(dtype)) <= 1
    ends = torch.tensor([greatest, -greatest], dtype=dtype).view(2, 1, 1)
    assert measure(torch.cat([ends, -ends], dim=2)) == 1
