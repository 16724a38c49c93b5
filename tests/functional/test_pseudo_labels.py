"""Pseudo-labels and their loss: closed forms and a reference from the papers' equations."""

import math

import numpy as np
import pytest
import torch

from mmadvent.functional import (
    class_balanced_pseudo_labels,
    confidence_pseudo_labels,
    entropy_pseudo_labels,
    predicted_confidence,
    predicted_entropy,
    pseudo_label_loss,
)

NONE = 255


def of(*probabilities: list[float]) -> torch.Tensor:
    """Logits (1, C, positions) whose softmax is the probabilities of each position."""
    return torch.tensor(probabilities, dtype=torch.float64).log().T[None]


def softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@pytest.fixture
def logits() -> torch.Tensor:
    torch.manual_seed(0)
    return 3 * torch.randn(2, 5, 6, 7, dtype=torch.float64)


def test_loss_is_the_mean_over_the_labeled_pixels():
    logits = of([0.5, 0.25, 0.25], [0.1, 0.2, 0.7], [0.2, 0.2, 0.6])
    loss = pseudo_label_loss(logits, torch.tensor([[0, NONE, 2]]))
    assert loss.item() == pytest.approx(-(math.log(0.5) + math.log(0.6)) / 2, rel=1e-12)


def test_loss_equals_the_equation(logits):
    labels = torch.randint(0, 6, (2, 6, 7))
    labels[labels == 5] = NONE
    p = softmax(logits.numpy())
    picked = [
        p[n, labels[n, y, x], y, x]
        for n in range(2)
        for y in range(6)
        for x in range(7)
        if labels[n, y, x] != NONE
    ]
    expected = -np.log(picked).mean()
    assert pseudo_label_loss(logits, labels).item() == pytest.approx(expected, rel=1e-12)
    of_uint8 = pseudo_label_loss(logits, labels.to(torch.uint8))
    assert of_uint8.item() == pytest.approx(expected, rel=1e-12)


def test_loss_of_one_position_an_image():
    """As of a classifier: logits (N, C)."""
    logits = of([0.5, 0.25, 0.25], [0.1, 0.2, 0.7], [0.2, 0.2, 0.6])[0].T.requires_grad_()
    labels = torch.tensor([0, NONE, 2])
    loss = pseudo_label_loss(logits, labels)
    assert loss.item() == pytest.approx(-(math.log(0.5) + math.log(0.6)) / 2, rel=1e-12)
    assert torch.autograd.gradcheck(lambda x: pseudo_label_loss(x, labels), logits)


def test_loss_without_labels_is_zero_with_a_zero_gradient(logits):
    logits.requires_grad_()
    loss = pseudo_label_loss(logits, torch.full((2, 6, 7), NONE))
    loss.backward()
    assert loss.item() == 0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_loss_has_its_gradient_at_the_labeled_pixels_alone():
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([[0, NONE, 2, 1], [NONE, NONE, NONE, 1]])
    assert torch.autograd.gradcheck(lambda x: pseudo_label_loss(x, labels), logits)
    pseudo_label_loss(logits, labels).backward()
    assert torch.equal(logits.grad.abs().sum(dim=1) > 0, labels != NONE)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_loss_of_half_precision_is_computed_in_single(dtype):
    logits = torch.tensor([[[0.0], [20.0]]], dtype=dtype)
    loss = pseudo_label_loss(logits, torch.tensor([[1]]))
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(math.log1p(math.exp(-20)), abs=1e-8)
    assert pseudo_label_loss(logits * 1e3, torch.tensor([[0]])).item() == pytest.approx(2e4, 1e-2)


def test_entropy_and_confidence_of_the_prediction():
    logits = of([0.5, 0.5], [0.1, 0.9])
    values, classes = predicted_entropy(logits)
    assert values[0].tolist() == pytest.approx([1, -(0.1 * math.log2(0.1) + 0.9 * math.log2(0.9))])
    assert classes[0, 1] == 1
    values, classes = predicted_confidence(logits)
    assert values[0].tolist() == pytest.approx([0.5, 0.9])
    assert classes[0, 1] == 1


def test_entropy_rule_equals_its_description(logits):
    p = softmax(logits.numpy())
    thresholds = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    entropy = -(p * np.log(p)).sum(axis=1) / np.log(5)
    expected = p.argmax(axis=1)
    expected[entropy > thresholds[expected]] = NONE
    assert 0.1 < (expected != NONE).mean() < 0.9
    labels = entropy_pseudo_labels(logits, torch.from_numpy(thresholds))
    np.testing.assert_array_equal(labels.numpy(), expected)
    assert labels.dtype == torch.int64


def test_entropy_rule_keeps_a_value_at_the_threshold():
    logits = torch.zeros(1, 2, 1, dtype=torch.float64)
    one = predicted_entropy(logits)[0].item()
    for threshold, label in ((one, 0), (math.nextafter(one, 0), NONE)):
        thresholds = torch.full((2,), threshold, dtype=torch.float64)
        assert entropy_pseudo_labels(logits, thresholds).item() == label


def test_probabilities_of_zero_are_judged_as_all_others():
    # All mass on two classes: their entropy is 0.5 and not nan, which no threshold would drop.
    logits = torch.tensor([[[2e4], [2e4], [-2e4], [-2e4]]])
    assert entropy_pseudo_labels(logits, torch.full((4,), 0.4)).item() == NONE
    assert entropy_pseudo_labels(logits, torch.full((4,), 0.6)).item() in (0, 1)


def test_confidence_rule_equals_its_description(logits):
    p = softmax(logits.numpy())
    expected = np.where(p.max(axis=1) >= 0.8, p.argmax(axis=1), NONE)
    assert 0.1 < (expected != NONE).mean() < 0.9
    np.testing.assert_array_equal(confidence_pseudo_labels(logits, 0.8).numpy(), expected)


def test_confidence_rule_keeps_a_value_at_the_threshold():
    logits = torch.zeros(1, 2, 1, dtype=torch.float64)
    half = predicted_confidence(logits)[0].item()
    assert confidence_pseudo_labels(logits, half).item() == 0
    assert confidence_pseudo_labels(logits, math.nextafter(half, 1)).item() == NONE


def test_class_balanced_rule_prefers_the_class_with_the_lower_threshold():
    thresholds = torch.tensor([0.9, 0.3, 0.5])
    logits = of([0.6, 0.4, 0.0], [0.95, 0.05, 0.0], [0.7, 0.25, 0.05])
    # Ratios 0.67, 1.33 and 0; 1.06, 0.17 and 0; 0.78, 0.83 and 0.1.
    assert class_balanced_pseudo_labels(logits, thresholds).tolist() == [[1, 0, NONE]]


def test_class_balanced_rule_equals_its_description(logits):
    p = softmax(logits.numpy())
    thresholds = np.array([0.95, 0.3, 0.9, 0.6, 0.99])
    ratio = p / thresholds[:, None, None]
    expected = np.where(ratio.max(axis=1) >= 1, ratio.argmax(axis=1), NONE)
    assert 0.1 < (expected != NONE).mean() < 0.9
    assert (expected != p.argmax(axis=1))[expected != NONE].any()
    labels = class_balanced_pseudo_labels(logits, torch.from_numpy(thresholds))
    np.testing.assert_array_equal(labels.numpy(), expected)


def test_class_balanced_rule_keeps_a_ratio_of_one():
    logits = torch.tensor([[[0.0], [-1e4]]])
    assert class_balanced_pseudo_labels(logits, torch.ones(2)).item() == 0
    logits = torch.tensor([[[0.0], [-5.0]]])
    assert class_balanced_pseudo_labels(logits, torch.ones(2)).item() == NONE


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (
            lambda x: pseudo_label_loss(x, torch.zeros(2, 6, 6)),
            "labels must have the shape (2, 6, 7) of the logits' positions, got (2, 6, 6)",
        ),
        (
            lambda x: pseudo_label_loss(x[:, :1], torch.zeros(2, 6, 7)),
            "logits must have the shape (N, C, ...) with C >= 2, got (2, 1, 6, 7)",
        ),
        (
            lambda x: predicted_confidence(x[:, :1]),
            "logits must have the shape (N, C, ...) with C >= 2, got (2, 1, 6, 7)",
        ),
        (
            lambda x: entropy_pseudo_labels(x, torch.ones(4)),
            "thresholds must be one for each of the 5 classes of the logits, got the shape (4,)",
        ),
        (
            lambda x: class_balanced_pseudo_labels(x, torch.ones(4)),
            "thresholds must be one for each of the 5 classes of the logits, got the shape (4,)",
        ),
        (
            lambda x: class_balanced_pseudo_labels(x, torch.tensor([0.5, 1, 1, 1, 0])),
            "thresholds must be above 0, got [0.5, 1.0, 1.0, 1.0, 0.0]",
        ),
    ],
)
def test_refuses(action, sentence, logits):
    with pytest.raises(ValueError) as error:
        action(logits)
    assert str(error.value) == sentence
