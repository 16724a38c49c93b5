"""PseudoLabel over outputs of two levels."""

import math
from dataclasses import replace

import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.models.adaptations import PseudoLabel
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel
from tests.steps import step_of

LEVELS = (LogitsLevel("decode", 2, 1.0), LogitsLevel("aux", 2, 0.2))
# Of class 0, in each level.
PROBABILITIES = (0.5, 0.25)


@pytest.fixture
def target() -> DomainOutput:
    """Two images of 2x2 pixels, three of the eight labelled: class 0 twice and class 1."""
    levels = []
    for level, p in zip(LEVELS, PROBABILITIES, strict=True):
        logits = torch.tensor([p, 1 - p], dtype=torch.float64).log().view(1, 2, 1, 1)
        levels.append(ClassLogits(level, logits.repeat(2, 1, 2, 2).requires_grad_()))
    labels = torch.tensor([[[0, 255], [255, 1]], [[0, 255], [255, 255]]])
    return DomainOutput(torch.rand(2, 3, 2, 2), tuple(levels), labels)


def losses_of(method: PseudoLabel, target: DomainOutput) -> dict[str, float]:
    method.build(None, LEVELS)
    return {key: value.item() for key, value in method.target_losses(step_of(target)).items()}


def test_losses_are_weighted_by_method_and_level(target):
    aux = -(2 * math.log(0.25) + math.log(0.75)) / 3
    assert losses_of(PseudoLabel(loss_weight=0.5), target) == pytest.approx(
        {
            "decode.loss_pseudo": 0.5 * math.log(2),
            "aux.loss_pseudo": 0.5 * 0.2 * aux,
            "labelled": 3 / 8,
        }
    )
    weights = dict(decode=2.0, aux=0.1)
    assert losses_of(PseudoLabel(level_weights=weights), target) == pytest.approx(
        {"decode.loss_pseudo": 2 * math.log(2), "aux.loss_pseudo": 0.1 * aux, "labelled": 3 / 8}
    )


def test_only_the_losses_have_gradients(target):
    for key, value in PseudoLabel().target_losses(step_of(target)).items():
        assert value.requires_grad == ("loss" in key)


def test_nothing_labeled_costs_nothing(target):
    nothing = replace(target, pseudo_labels=torch.full((2, 2, 2), 255))
    losses = PseudoLabel().target_losses(step_of(nothing))
    assert [value.item() for value in losses.values()] == [0, 0, 0]
    sum(value for key, value in losses.items() if "loss" in key).backward()
    for output in nothing.levels:
        assert torch.equal(output.logits.grad, torch.zeros(2, 2, 2, 2, dtype=torch.float64))


def test_counts_only_what_is_counted(target):
    counted = torch.tensor([[[True, True], [True, False]], [[False] * 2] * 2])
    levels = tuple(replace(output, mask=counted) for output in target.levels)
    losses = losses_of(PseudoLabel(), replace(target, levels=levels))
    # One pixel of class 0 is left.
    assert losses["aux.loss_pseudo"] == pytest.approx(-0.2 * math.log(0.25))


def test_needs_pseudo_labels_and_nothing_else(target):
    method = PseudoLabel()
    assert method.active
    assert method.needs_pseudo_labels
    assert not method.needs_source
    assert list(method.parameters()) == []
    assert not method.asks("discriminator_losses")
    assert not PseudoLabel(loss_weight=0).active


@pytest.mark.parametrize(
    ("weights", "got"),
    [({"decode": 1.0}, "decode"), ({"decode": 1, "aux": 1, "aux_0": 1}, "decode, aux, aux_0")],
)
def test_refuses_weights_of_other_levels(weights, got):
    with pytest.raises(InputError) as error:
        PseudoLabel(level_weights=weights).build(None, LEVELS)
    assert str(error.value) == (
        "PseudoLabel.level_weights must have one weight for each level of the network "
        f"(decode, aux), got {got}"
    )


def test_refuses_arguments():
    with pytest.raises(InputError) as error:
        PseudoLabel(loss_weight=-1)
    assert str(error.value) == "loss_weight must be a finite number >= 0, got -1"
    with pytest.raises(InputError) as error:
        PseudoLabel(level_weights=dict(aux=math.inf))
    assert str(error.value) == (
        "PseudoLabel.level_weights.aux must be a finite number >= 0, got inf"
    )
