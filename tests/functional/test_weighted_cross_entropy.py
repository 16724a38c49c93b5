"""Cross-entropy with weights: the closed form, its gradient, and blocks of rows."""

import math

import pytest
import torch
import torch.nn.functional as F

from mmadvent.functional import Upsample, upsample, weighted_cross_entropy

NONE = 255


def test_it_is_the_mean_over_all_positions():
    rows = [[0.5, 0.25, 0.25], [0.1, 0.2, 0.7], [0.2, 0.2, 0.6]]
    logits = torch.tensor(rows, dtype=torch.float64).log().T[None]
    weights = torch.tensor([[1.0, 1.0, 0.25]])
    loss = weighted_cross_entropy(logits, torch.tensor([[0, NONE, 2]]), weights)
    expected = -(math.log(0.5) + 0.25 * math.log(0.6)) / 3
    assert loss.item() == pytest.approx(expected, rel=1e-12)


def test_one_position_an_image():
    logits = torch.tensor([[0.5, 0.5], [0.2, 0.8], [0.3, 0.7]], dtype=torch.float64).log()
    weights = torch.tensor([1.0, 1.0, 0.25])
    loss = weighted_cross_entropy(logits, torch.tensor([0, NONE, 1]), weights)
    assert loss.item() == pytest.approx(-(math.log(0.5) + 0.25 * math.log(0.7)) / 3, rel=1e-12)


def test_without_labels_or_weights_it_is_zero_with_a_zero_gradient():
    logits = torch.randn(2, 3, 4, requires_grad=True)
    labels, ones = torch.zeros(2, 4, dtype=torch.long), torch.ones(2, 4)
    for of, weights in ((torch.full_like(labels, NONE), ones), (labels, 0 * ones)):
        loss = weighted_cross_entropy(logits, of, weights)
        (gradient,) = torch.autograd.grad(loss, logits)
        assert loss.item() == 0
        assert not gradient.any()


def test_its_gradient_is_right():
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([[0, NONE, 2, 1], [1, 1, 0, NONE]])
    weights = torch.rand(2, 4, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: weighted_cross_entropy(x, labels, weights), logits)


@pytest.mark.parametrize("align_corners", [True, False])
def test_blocks_of_rows_equal_the_whole(align_corners, monkeypatch):
    monkeypatch.setattr(upsample, "CPU_BLOCK", 700)  # several blocks
    torch.manual_seed(0)
    logits = (4 * torch.randn(2, 3, 5, 7, dtype=torch.float64)).requires_grad_()
    size = (33, 50)
    labels = torch.randint(0, 4, (2, *size))
    labels[labels == 3] = NONE
    weights = torch.rand(2, *size, dtype=torch.float64)
    loss = weighted_cross_entropy(logits, labels, weights, Upsample(size, align_corners))
    whole = F.interpolate(logits, size, mode="bilinear", align_corners=align_corners)
    picked = whole.softmax(dim=1).gather(1, labels.where(labels != NONE, 0)[:, None])[:, 0]
    expected = -(picked.log() * weights * (labels != NONE)).sum() / (2 * 33 * 50)
    torch.testing.assert_close(loss, expected, rtol=1e-12, atol=0)
    (gradient,) = torch.autograd.grad(3 * loss, logits)
    (wanted,) = torch.autograd.grad(3 * expected, logits)
    torch.testing.assert_close(gradient, wanted, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    logits = torch.tensor([[[0.0], [20.0]]], dtype=dtype)
    loss = weighted_cross_entropy(logits, torch.tensor([[1]]), torch.ones(1, 1))
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(math.log1p(math.exp(-20)), abs=1e-8)


def test_labels_may_be_bytes():
    logits = torch.randn(1, 3, 2)
    labels, weights = torch.tensor([[2, NONE]]), torch.tensor([[0.5, 0.5]])
    of_bytes = weighted_cross_entropy(logits, labels.to(torch.uint8), weights)
    assert torch.equal(of_bytes, weighted_cross_entropy(logits, labels, weights))


def test_a_mask_of_another_shape():
    labels, mask = torch.zeros(2, 8, 8).long(), torch.ones(1, 8, 8, dtype=torch.bool)
    with pytest.raises(ValueError, match=r"^mask must have the shape \(2, 8, 8\) of the logits'"):
        weighted_cross_entropy(torch.randn(2, 4, 8, 8), labels, torch.ones(2, 8, 8), mask=mask)
