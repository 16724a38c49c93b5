"""The losses of logits that are to be upsampled against those of logits that are."""

import pytest
import torch
import torch.nn.functional as F

from mmadvent.functional import NO_LABEL, Upsample, pseudo_label_loss
from mmadvent.models.adaptations import AdaptSegNet, AdvEnt
from mmadvent.models.losses import ClassPriorLoss, EntropyLoss
from mmadvent.structures import ClassLogits, LogitsLevel

SIZE = (29, 40)
TO = Upsample(SIZE, align_corners=True)
COUNTED = torch.rand(2, *SIZE, generator=torch.Generator().manual_seed(1)) < 0.6
EMPTY = COUNTED & torch.tensor([True, False]).view(2, 1, 1)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmadvent.functional.upsample.CPU_BLOCK", 2 * 3 * 40 * 7)


@pytest.fixture
def logits() -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    return (2 * torch.randn(2, 3, 5, 6, generator=generator).double()).requires_grad_()


def assert_same(loss, logits: torch.Tensor) -> None:
    """``loss`` of the logits and a way to upsample them, or of the upsampled logits and none."""
    whole = F.interpolate(logits, SIZE, mode="bilinear", align_corners=True)
    ours, expected = loss(logits, TO), loss(whole, None)
    torch.testing.assert_close(ours, expected, rtol=1e-11, atol=1e-14)
    assert expected.abs().sum() > 0
    numbers = torch.linspace(1, 2, expected.numel()).double().view_as(expected)
    (gradient,) = torch.autograd.grad((ours * numbers).sum(), logits)
    (wanted,) = torch.autograd.grad((expected * numbers).sum(), logits)
    torch.testing.assert_close(gradient, wanted, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("counted", [None, COUNTED, EMPTY])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("top_ratio", [1.0, 0.3])
def test_entropy(logits, counted, reduction, top_ratio):
    loss = EntropyLoss(0.7, top_ratio, reduction)
    assert_same(lambda z, to: loss(z, counted, to), logits)


@pytest.mark.parametrize("counted", [None, COUNTED, EMPTY])
@pytest.mark.parametrize("relaxation", [0.5, 1.0])
def test_class_prior(logits, counted, relaxation):
    loss = ClassPriorLoss([0.96, 0.03, 0.01], relaxation, 0.7)
    assert_same(lambda z, to: loss(z, counted, to), logits)


def test_pseudo_labels(logits):
    labels = torch.randint(0, 3, (2, *SIZE), generator=torch.Generator().manual_seed(5))
    labels = labels.masked_fill(~COUNTED, NO_LABEL)
    assert_same(lambda z, to: pseudo_label_loss(z, labels, to), logits)


def test_pseudo_labels_of_another_size_than_the_upsampled_logits(logits):
    labels = torch.zeros(2, 29, 41, dtype=torch.int64)
    with pytest.raises(ValueError) as error:
        pseudo_label_loss(logits, labels, TO)
    assert str(error.value) == (
        "labels must have the shape (2, 29, 40) of the logits' positions, got (2, 29, 41)"
    )


@pytest.mark.parametrize("counted", [None, COUNTED])
@pytest.mark.parametrize("method", [AdvEnt, AdaptSegNet])
def test_maps_of_the_adversarial_methods(logits, counted, method):
    level = LogitsLevel("decode", 3)
    assert_same(lambda z, to: method().output_map(ClassLogits(level, z, counted, to)), logits)


def test_logits_of_a_level_are_upsampled(logits):
    level = ClassLogits(LogitsLevel("decode", 3), logits, upsample=TO)
    whole = F.interpolate(logits, SIZE, mode="bilinear", align_corners=True)
    assert torch.equal(level.upsampled(), whole)
    assert ClassLogits(LogitsLevel("decode", 3), logits).logits is logits
