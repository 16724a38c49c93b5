"""Loss and accuracy of a domain classifier against closed forms."""

import math

import pytest
import torch

from mmadvent.functional import SOURCE_LABEL, TARGET_LABEL, domain_accuracy, domain_loss


def test_source_is_one_and_target_zero():
    assert (SOURCE_LABEL, TARGET_LABEL) == (1.0, 0.0)


@pytest.mark.parametrize("label", [SOURCE_LABEL, TARGET_LABEL])
def test_undecided_classifier_pays_log_two(label):
    assert domain_loss(torch.zeros(2, 1, 3, 4), label).item() == pytest.approx(math.log(2))


def test_loss_equals_the_equation():
    logits = [-2.0, 0.5, 3.0]
    tensor = torch.tensor(logits, dtype=torch.float64)
    sigmoid = [1 / (1 + math.exp(-z)) for z in logits]
    as_source = sum(-math.log(s) for s in sigmoid) / 3
    as_target = sum(-math.log(1 - s) for s in sigmoid) / 3
    assert domain_loss(tensor, SOURCE_LABEL).item() == pytest.approx(as_source, rel=1e-12)
    assert domain_loss(tensor, TARGET_LABEL).item() == pytest.approx(as_target, rel=1e-12)


def test_loss_of_a_certain_classifier():
    certain = torch.full((4,), 1e4)
    assert domain_loss(certain, SOURCE_LABEL).item() == 0
    assert domain_loss(-certain, TARGET_LABEL).item() == 0
    assert domain_loss(certain, TARGET_LABEL).item() == 1e4


@pytest.mark.parametrize("label", [SOURCE_LABEL, TARGET_LABEL])
def test_gradient_of_the_loss(label):
    torch.manual_seed(0)
    logits = torch.randn(2, 1, 2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda z: domain_loss(z, label), logits)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    logits = torch.full((3,), 65504.0, dtype=dtype, requires_grad=True)  # the largest float16
    loss = domain_loss(logits, TARGET_LABEL)
    loss.backward()
    assert loss.dtype == torch.float32
    assert loss.isfinite()
    assert logits.grad.isfinite().all()


def test_accuracy_counts_both_domains_equally():
    source = torch.tensor([1.0, 2.0, 3.0, -1.0])  # 3 of 4 right
    target = torch.tensor([-1.0, 1.0])  # 1 of 2 right
    assert domain_accuracy(source, target).item() == pytest.approx((0.75 + 0.5) / 2)


def test_accuracy_of_right_wrong_and_undecided_classifiers():
    positive, negative = torch.ones(2, 1, 3, 3), -torch.ones(1, 1, 2, 2)
    assert domain_accuracy(positive, negative).item() == 1
    assert domain_accuracy(negative, positive).item() == 0
    assert domain_accuracy(torch.zeros(4), torch.zeros(4)).item() == 0.5


def test_least_squares_by_hand():
    logits = torch.tensor([0.0, 1.0, 3.0], dtype=torch.float64, requires_grad=True)
    loss = domain_loss(logits, SOURCE_LABEL, "least_squares")
    assert loss.item() == pytest.approx((1 + 0 + 4) / 3)
    assert torch.autograd.gradcheck(lambda z: domain_loss(z, 0.0, "least_squares"), logits)
    half = domain_loss(logits.detach().bfloat16(), SOURCE_LABEL, "least_squares")
    assert half.dtype == torch.float32


def test_least_squares_accuracy_divides_at_one_half():
    source, target = torch.tensor([0.4, 0.6]), torch.tensor([0.4, 0.5])
    assert domain_accuracy(source, target, "least_squares").item() == pytest.approx(0.75)
    assert domain_accuracy(source, target).item() == pytest.approx(0.5)


def test_an_unknown_objective_is_refused():
    with pytest.raises(ValueError) as error:
        domain_loss(torch.zeros(1), SOURCE_LABEL, "hinge")
    assert str(error.value) == (
        "objective must be one of ('cross_entropy', 'least_squares'), got 'hinge'"
    )
