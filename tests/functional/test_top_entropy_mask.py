"""The positions of highest entropy: which, how many, of each image."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from mmadvent.functional import top_entropy_mask


@pytest.mark.parametrize("ratio", ["0.001", "0.1", "0.3", "0.5", "0.7", "0.999", "1.0"])
@pytest.mark.parametrize("positions", [1, 3, 10, 64, 1000])
def test_marks_exactly_the_share_rounded_up(ratio, positions):
    values = torch.rand(2, positions)
    exact = math.ceil(Fraction(ratio) * positions)
    assert top_entropy_mask(values, float(ratio)).sum(dim=1).tolist() == [exact, exact]


def test_three_tenths_of_ten_are_three():
    mask = top_entropy_mask(torch.arange(10.0)[None], 0.3)
    assert mask.tolist() == [[False] * 7 + [True] * 3]


def test_each_image_has_its_own_share():
    # Every value of the second image lies above all of the first.
    values = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.9, 0.8, 0.7, 0.6]])
    expected = [[False, False, True, True], [True, True, False, False]]
    assert top_entropy_mask(values, 0.5).tolist() == expected


def test_equals_an_independent_sort():
    values = np.random.default_rng(0).random((3, 5, 7))
    mask = top_entropy_mask(torch.from_numpy(values), 0.3).numpy()
    for image, marked in zip(values, mask, strict=True):
        threshold = np.sort(image, axis=None)[-math.ceil(0.3 * 35)]
        np.testing.assert_array_equal(marked, image >= threshold)


def test_ties_do_not_change_the_count():
    values = torch.tensor([[0.5] * 8, [0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.1]])
    mask = top_entropy_mask(values, 0.25)
    assert mask.sum(dim=1).tolist() == [2, 2]
    assert mask[1, 0]
    assert not mask[1, -1]


def test_has_the_shape_of_its_input_and_no_gradient():
    values = torch.rand(2, 3, 4, requires_grad=True)
    mask = top_entropy_mask(values, 0.5)
    assert mask.shape == (2, 3, 4)
    assert mask.dtype == torch.bool
    assert not mask.requires_grad


@pytest.mark.parametrize("ratio", [0.01, 0.3, 0.5, 1.0])
def test_share_is_of_the_counted_positions_of_each_image(ratio):
    rng = np.random.default_rng(0)
    values, counted = rng.random((4, 6, 7)), rng.random((4, 6, 7)) < 0.4
    counted[3] = False
    mask = top_entropy_mask(torch.from_numpy(values), ratio, torch.from_numpy(counted)).numpy()
    for image, chosen_from, marked in zip(values, counted, mask, strict=True):
        candidates = np.sort(image[chosen_from])
        number = math.ceil(ratio * len(candidates) - 1e-9)
        threshold = candidates[-number] if number else np.inf
        np.testing.assert_array_equal(marked, chosen_from & (image >= threshold))


def test_positions_that_do_not_count_are_never_marked_not_even_among_zeros():
    counted = torch.tensor([[False, True, True, False, True]])
    mask = top_entropy_mask(torch.zeros(1, 5), 1.0, counted)
    assert torch.equal(mask, counted)
    assert not top_entropy_mask(torch.rand(2, 3), 0.5, torch.zeros(2, 3, dtype=torch.bool)).any()


@pytest.mark.parametrize("ratio", [0, -0.1, 1.0001, math.nan, math.inf])
def test_refuses_shares_outside_the_range(ratio):
    with pytest.raises(ValueError) as error:
        top_entropy_mask(torch.rand(1, 4), ratio)
    assert str(error.value) == f"top_ratio must be in (0, 1], got {ratio}"
