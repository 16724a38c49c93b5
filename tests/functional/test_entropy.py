"""Normalised entropy: closed forms, an independent reference, gradients."""

import math

import numpy as np
import pytest
import torch

from mmadvent.functional import entropy

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


@pytest.mark.parametrize("shape", SHAPES)
def test_gradient(shape):
    torch.manual_seed(0)
    logits = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(entropy, logits)


def test_gradient_vanishes_at_the_maximum():
    logits = torch.zeros(1, 7, 3, dtype=torch.float64, requires_grad=True)
    entropy(logits).sum().backward()
    torch.testing.assert_close(logits.grad, torch.zeros_like(logits))
