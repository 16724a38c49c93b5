"""Weighted self-information: closed forms, an independent reference, gradients, extreme inputs."""

import math

import numpy as np
import pytest
import torch

from mmadvent.functional import entropy, self_information

SHAPES = [(3, 4), (2, 3, 5), (2, 5, 3, 2)]


def reference(logits: np.ndarray) -> np.ndarray:
    """The paper's -P log P / log C, with P from the naive softmax."""
    exponentials = np.exp(logits)
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -p * np.log(p) / np.log(logits.shape[1])


@pytest.mark.parametrize("shape", SHAPES)
def test_equals_the_equation(shape):
    logits = np.random.default_rng(0).normal(scale=3.0, size=shape)
    ours = self_information(torch.from_numpy(logits))
    assert ours.shape == shape
    np.testing.assert_allclose(ours.numpy(), reference(logits), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("classes", [2, 3, 19])
def test_uniform_prediction_shares_one_among_the_classes(classes):
    information = self_information(torch.full((2, classes, 3), 7.5, dtype=torch.float64))
    torch.testing.assert_close(information, torch.full_like(information, 1 / classes))


def test_certain_prediction_has_none():
    logits = torch.tensor([[1e4, 0.0, -1e4]])
    assert torch.equal(self_information(logits).abs(), torch.zeros(1, 3))


def test_largest_value_is_at_probability_one_over_e():
    classes = 4
    # One class has probability 1/e, the others share the rest.
    rest = math.log((math.e - 1) / (classes - 1))
    logits = torch.tensor([[0.0, rest, rest, rest]], dtype=torch.float64)
    bound = 1 / (math.e * math.log(classes))
    assert self_information(logits)[0, 0].item() == pytest.approx(bound, rel=1e-12)
    many = self_information(torch.randn(50, classes, 40, dtype=torch.float64) * 3)
    assert many.min() >= 0
    assert many.max() <= bound * (1 + 1e-12)


def test_does_not_change_when_all_logits_are_shifted():
    logits = torch.randn(2, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(self_information(logits), self_information(logits + 123.0))


def test_sum_over_the_classes_is_the_entropy():
    logits = torch.randn(2, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(self_information(logits).sum(dim=1), entropy(logits))


@pytest.mark.parametrize("shape", SHAPES)
def test_gradient(shape):
    torch.manual_seed(0)
    logits = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(self_information, logits)


@pytest.mark.parametrize("function", [self_information, entropy])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_extreme_logits_give_finite_values_and_gradients(function, dtype):
    rows = [[1e4, -1e4, -1e4], [1e4, 1e4, -1e4], [-1e4, -1e4, -1e4], [0.0, 1e4, -1e4]]
    logits = torch.tensor(rows, dtype=dtype, requires_grad=True)
    values = function(logits)
    values.sum().backward()
    assert values.isfinite().all()
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("function", [self_information, entropy])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(function, dtype):
    exact = torch.randn(2, 19, 6).mul(20).to(dtype)
    logits = exact.clone().requires_grad_()
    values = function(logits)
    values.sum().backward()
    assert values.dtype == torch.float32
    assert logits.grad.dtype == dtype
    assert logits.grad.isfinite().all()
    torch.testing.assert_close(values, function(exact.float()))
    extreme = torch.tensor([[65504.0, -65504.0, 0.0]], dtype=dtype)  # the largest float16
    assert function(extreme).isfinite().all()


@pytest.mark.parametrize("function", [self_information, entropy])
@pytest.mark.parametrize("shape", [(5,), (), (2, 1), (2, 1, 4, 4), (2, 0, 4)])
def test_refuses_shapes_without_classes(function, shape):
    with pytest.raises(ValueError) as error:
        function(torch.zeros(shape))
    assert (
        str(error.value)
        == f"logits must have the shape (N, C, ...) with C >= 2, got {tuple(shape)}"
    )
