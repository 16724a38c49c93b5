"""Normalised entropy: closed forms, a reference, gradients; the positions of highest entropy."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from mmadvent.functional import entropy, top_entropy_mask

SHAPES = [(3, 4), (2, 3, 5), (2, 5, 3, 2)]


@pytest.mark.parametrize("classes", [2, 5, 19])
@pytest.mark.parametrize("positions", [(), (4,), (3, 2)])
def test_uniform_prediction_has_one(classes, positions):
    values = entropy(torch.zeros(2, classes, *positions, dtype=torch.float64))
    torch.testing.assert_close(values, torch.ones(2, *positions, dtype=torch.float64))


@pytest.mark.parametrize("classes", [2, 5, 19])
def test_one_hot_prediction_has_zero(classes):
    logits = torch.zeros(classes, classes)
    logits.fill_diagonal_(1e4)
    assert torch.equal(entropy(logits).abs(), torch.zeros(classes))


def test_two_classes_in_closed_form():
    p = 0.2
    logits = torch.tensor([[math.log(p), math.log(1 - p)]], dtype=torch.float64)
    expected = -(p * math.log2(p) + (1 - p) * math.log2(1 - p))
    assert entropy(logits).item() == pytest.approx(expected, rel=1e-12)


def test_two_equal_classes_of_four_have_a_half():
    logits = torch.tensor([[50.0, 50.0, -1e4, -1e4]], dtype=torch.float64)
    assert entropy(logits).item() == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_equals_the_equation(shape):
    logits = np.random.default_rng(1).normal(scale=3.0, size=shape)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = -(p * np.log(p)).sum(axis=1) / np.log(shape[1])
    np.testing.assert_allclose(entropy(torch.from_numpy(logits)).numpy(), expected, rtol=1e-12)


def test_stays_between_zero_and_one():
    torch.manual_seed(0)
    for scale in (0.01, 1.0, 100.0):
        values = entropy(torch.randn(20, 19, 50, dtype=torch.float64) * scale)
        assert values.min() >= 0
        assert values.max() <= 1 + 1e-12


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("classes", [2, 3, 5, 7, 16, 19, 150])
def test_rounding_never_takes_it_above_one(dtype, classes):
    torch.manual_seed(0)
    logits = (1e-3 * torch.randn(2, classes, 500)).to(dtype).requires_grad_()
    values = entropy(logits)
    assert values.max() <= 1
    # The gradient is that of the entropy, also where the value is cut: its parts are not all 0.
    values.sum().backward()
    assert logits.grad.abs().amax(dim=1).gt(0).float().mean() > 0.9
    exact = logits.detach().double().requires_grad_()
    entropy(exact).sum().backward()
    torch.testing.assert_close(logits.grad.double(), exact.grad, rtol=0.02, atol=1e-7)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradient(shape):
    torch.manual_seed(0)
    logits = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(entropy, logits)


def test_gradient_vanishes_at_the_maximum():
    logits = torch.zeros(1, 7, 3, dtype=torch.float64, requires_grad=True)
    entropy(logits).sum().backward()
    torch.testing.assert_close(logits.grad, torch.zeros_like(logits))


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


def test_one_position_an_image():
    values = torch.rand(5)
    assert top_entropy_mask(values, 0.3).tolist() == [True] * 5
    counted = torch.tensor([True, False, True, True, False])
    assert torch.equal(top_entropy_mask(values, 0.3, counted), counted)


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
