"""Soft neighbourhood density: against loops over pairs of pixels, and by hand."""

import math
from typing import Any

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample

from mmadvent.errors import InputError
from mmadvent.segmentation.metrics.soft_neighborhood_density import soft_neighborhood_density


def fed(*logits: torch.Tensor, **settings: Any):
    """The metric after it was handed images, as the evaluator hands them over."""
    metric = METRICS.build(dict(type="SoftNeighbourhoodDensityMetric", **settings))
    for values in logits:
        metric.process({}, [SegDataSample(seg_logits=PixelData(data=values)).to_dict()])
    return metric


def measure(*logits: torch.Tensor, **settings: Any) -> float:
    (value,) = fed(*logits, **settings).evaluate(len(logits)).values()
    return value


def by_pairs(logits: torch.Tensor, temperature: float) -> float:
    """The definition, a pair at a time, without the pixel itself."""
    predictions = logits.double().softmax(1).tolist()
    total = 0.0
    for i, one in enumerate(predictions):
        weights = []
        for j, other in enumerate(predictions):
            if i != j:
                dot = sum(a * b for a, b in zip(one, other, strict=True))
                lengths = math.dist(one, [0] * len(one)) * math.dist(other, [0] * len(one))
                weights.append(math.exp(dot / lengths / temperature))
        total -= sum(w / sum(weights) * math.log(w / sum(weights)) for w in weights)
    return total / len(predictions) / math.log(len(predictions) - 1)


@pytest.mark.parametrize("temperature", [0.05, 0.3, 2.0])
def test_against_loops_over_pairs(temperature: float):
    torch.manual_seed(0)
    logits = 3 * torch.randn(12, 5)
    found = soft_neighborhood_density(logits.double(), temperature).item()
    assert found == pytest.approx(by_pairs(logits, temperature), abs=1e-12)
    assert 0.05 < found < 0.9999  # neither end, where any formula would agree


@pytest.mark.parametrize("each", [2, 5, 50])
def test_two_clusters_by_hand(each: int):
    """Similarity 1 to the others of the own cluster and 0 to the other cluster."""
    logits = torch.zeros(2 * each, 3, dtype=torch.float64)
    logits[:each, 0] = logits[each:, 1] = 1e4
    near, far = each - 1, each
    total = near * math.exp(20) + far
    entropy = math.log(total) - 20 * near * math.exp(20) / total
    expected = entropy / math.log(2 * each - 1)
    assert soft_neighborhood_density(logits).item() == pytest.approx(expected, abs=1e-12)


def test_equally_similar_pixels_are_the_greatest_value():
    for logits in (torch.zeros(6, 4), 1e4 * torch.eye(4), torch.randn(1, 4).expand(9, 4)):
        assert soft_neighborhood_density(logits).item() == pytest.approx(1)


def test_neither_the_order_nor_a_shift_of_the_logits_matters():
    torch.manual_seed(1)
    logits = torch.randn(20, 6, dtype=torch.float64)
    expected = soft_neighborhood_density(logits)
    torch.testing.assert_close(soft_neighborhood_density(logits[torch.randperm(20)]), expected)
    torch.testing.assert_close(soft_neighborhood_density(logits[:, torch.randperm(6)]), expected)
    torch.testing.assert_close(soft_neighborhood_density(logits + torch.randn(20, 1)), expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_is_a_share_at_any_finite_logits(dtype: torch.dtype):
    greatest = torch.finfo(dtype).max
    ends = torch.tensor([[greatest, -greatest], [-greatest, greatest], [0, 0], [1, 2]], dtype=dtype)
    assert 0 < soft_neighborhood_density(ends).item() < 1


@pytest.mark.parametrize("shape", [(2, 5), (3,), (3, 4, 5)])
def test_shapes_that_are_no_set_of_predictions(shape: tuple):
    with pytest.raises(ValueError) as error:
        soft_neighborhood_density(torch.zeros(shape))
    assert str(error.value) == f"logits must have the shape (T, C) with T >= 3, got {shape}"


def test_an_image_with_fewer_pixels_gives_all_of_them():
    torch.manual_seed(2)
    images = [torch.randn(5, 4, 6), 4 * torch.randn(5, 3, 3)]
    sets = [image.flatten(1).T for image in images]
    expected = sum(by_pairs(pixels, 0.05) for pixels in sets) / 2
    assert fed(*images).evaluate(2) == {
        "soft_neighbourhood_density": pytest.approx(expected, abs=6e-5)
    }


def test_only_the_drawn_pixels_are_looked_at():
    """Without replacement, by the seed alone: whatever was drawn before, in each image alike."""
    drawn = torch.randperm(30 * 40, generator=torch.Generator().manual_seed(7))[:50]
    torch.manual_seed(3)
    image, other = 3 * torch.randn(2, 4, 30, 40)
    hidden = torch.full_like(image, math.nan).flatten(1)
    hidden[:, drawn] = image.flatten(1)[:, drawn]
    settings = dict(pixels=50, seed=7)
    expected = by_pairs(image.flatten(1)[:, drawn].T, 0.05)
    before = torch.get_rng_state()
    assert measure(hidden.view_as(image), **settings) == pytest.approx(expected, abs=6e-5)
    assert torch.equal(torch.get_rng_state(), before)
    assert measure(image, other, **settings) == measure(other, image, **settings)
    assert measure(image, pixels=50, seed=8) != measure(image, **settings)


def test_what_two_processes_collect_is_what_one_does():
    torch.manual_seed(4)
    images = [torch.randn(3, 9, 9) for _ in range(4)]
    first, second = fed(*images[:2], pixels=20), fed(*images[2:], pixels=20)
    together = first.compute_metrics(first.results + second.results)
    assert together == fed(*images, pixels=20).evaluate(4)


@pytest.mark.parametrize("pixels", [2, 0, 1000.0, True])
def test_number_of_pixels_is_checked(pixels):
    with pytest.raises(InputError) as error:
        fed(pixels=pixels)
    assert str(error.value).endswith(f"pixels must be an integer >= 3, got {pixels!r}")


@pytest.mark.parametrize("temperature", [0, -0.05, math.inf, math.nan, "0.05"])
def test_temperature_is_checked(temperature):
    with pytest.raises(InputError) as error:
        fed(temperature=temperature)
    assert str(error.value).endswith(
        f"temperature must be a finite number > 0, got {temperature!r}"
    )
