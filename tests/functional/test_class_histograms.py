"""Streaming order statistics against those of the sorted values."""

import numpy as np
import pytest
import torch

from mmadvent.functional import ClassHistograms

CLASSES = 4


def draws(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Values that crowd at both ends, as entropies do, of all classes but the last."""
    rng = np.random.default_rng(seed)
    return rng.beta(0.3, 0.3, count), rng.integers(0, CLASSES - 1, count)


def filled(values: np.ndarray, classes: np.ndarray, bins: int = 2**16) -> ClassHistograms:
    histograms = ClassHistograms(CLASSES, bins)
    histograms.update(torch.from_numpy(values), torch.from_numpy(classes))
    return histograms


@pytest.mark.parametrize("q", [0.0, 0.2, 0.5, 0.8, 0.999, 1.0])
@pytest.mark.parametrize("count", [20, 5001])
@pytest.mark.parametrize("bins", [1, 10, 2**12])
def test_quantile_is_within_a_bin_of_the_order_statistic(q, count, bins):
    values, classes = draws(count)
    histograms = filled(values, classes, bins)
    upper, lower = histograms.quantile(q).numpy(), histograms.quantile(q, "lower").numpy()
    for index in range(CLASSES - 1):
        ordered = np.sort(values[classes == index])
        exact = ordered[min(int(np.round(q * len(ordered))), len(ordered) - 1)]
        assert lower[index] <= exact <= upper[index]
        assert upper[index] - lower[index] == pytest.approx(1 / bins)


@pytest.mark.parametrize(
    ("count", "place"), [(1, 0), (2, 1), (3, 2), (4, 2), (5, 2), (6, 3), (7, 4)]
)
def test_median_is_at_the_rounded_half(count, place):
    # Halves go to the even number: of 3 values the third, of 5 the third too.
    ordered = (np.arange(count) + 0.5) / 8
    histograms = filled(ordered, np.zeros(count, np.int64), bins=8)
    assert histograms.quantile(0.5, "lower")[0] == place / 8


def test_unseen_class_has_no_quantile():
    histograms = filled(*draws(100))
    assert histograms.quantile(0.5).isnan().tolist() == [False, False, False, True]
    assert histograms.totals[CLASSES - 1] == 0
    assert ClassHistograms(2).quantile(0.5).isnan().all()


def test_chunks_are_the_whole():
    values, classes = draws(1000)
    whole = filled(values, classes)
    chunked = ClassHistograms(CLASSES)
    for a in range(0, 1000, 7):
        chunked.update(torch.from_numpy(values[a : a + 7]), torch.from_numpy(classes[a : a + 7]))
    assert torch.equal(chunked.counts, whole.counts)
    assert whole.totals.tolist() == np.bincount(classes, minlength=CLASSES).tolist()


def test_pooled_values_are_of_one_class():
    values, classes = draws(999)
    pooled = filled(values, classes, 256).pooled()
    exact = np.sort(values)[round(0.7 * 999)]
    assert pooled.totals.tolist() == [999]
    assert pooled.quantile(0.7, "lower")[0] <= exact <= pooled.quantile(0.7)[0]


def test_ends_of_the_interval_and_what_rounding_put_beside_them():
    histograms = ClassHistograms(1, bins=4)
    values = torch.tensor([-0.0, -1e-7, 0.25, 0.2499, 1.0, 1 + 1e-6], dtype=torch.float64)
    histograms.update(values, torch.zeros(6, dtype=torch.long))
    assert histograms.counts.tolist() == [[3, 1, 0, 2]]


def test_any_shape_and_nothing_at_all():
    values, classes = draws(24)
    histograms = ClassHistograms(CLASSES)
    histograms.update(
        torch.from_numpy(values).view(2, 3, 4), torch.from_numpy(classes).view(2, 3, 4)
    )
    histograms.update(torch.rand(0, 3), torch.zeros(0, 3, dtype=torch.long))
    assert torch.equal(histograms.counts, filled(values, classes).counts)


def test_counts_are_exact_beyond_what_floats_hold():
    histograms = ClassHistograms(1, bins=2)
    histograms.counts[0, 0] = 2**40
    histograms.update(torch.tensor([0.1]), torch.tensor([0]))
    assert histograms.totals.tolist() == [2**40 + 1]
    assert histograms.counts.dtype == torch.int64


ONE = torch.tensor([0.5])


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda h: h.quantile(1.1), "q must be in [0, 1], got 1.1"),
        (lambda h: h.quantile(0.5, "mid"), "edge must be lower or upper, got 'mid'"),
        (
            lambda h: h.update(ONE, torch.tensor([0, 1])),
            "values and classes must have one shape, got (1,) and (2,)",
        ),
        (lambda h: h.update(ONE, torch.tensor([4])), "classes must be in [0, 3]"),
        (lambda h: h.update(ONE, torch.tensor([-1])), "classes must be in [0, 3]"),
        (
            lambda h: h.update(ONE * torch.nan, torch.tensor([0])),
            "values must be in [0, 1], got nan",
        ),
        (lambda h: ClassHistograms(0), "num_classes and bins must be >= 1, got 0 and 65536"),
        (lambda h: ClassHistograms(2, 0), "num_classes and bins must be >= 1, got 2 and 0"),
    ],
)
def test_refuses(action, sentence):
    with pytest.raises(ValueError) as error:
        action(ClassHistograms(CLASSES))
    assert str(error.value) == sentence


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.int32, torch.int64])
def test_classes_of_any_integer_type(dtype):
    histograms = ClassHistograms(3)
    histograms.update(torch.tensor([0.1, 0.2, 0.9]), torch.tensor([0, 1, 2], dtype=dtype))
    assert histograms.totals.tolist() == [1, 1, 1]
