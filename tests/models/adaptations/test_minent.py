"""MinEnt over outputs of two levels."""

import math
from dataclasses import replace

import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.functional import entropy
from mmadvent.models import MinEnt
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel
from tests.steps import step_of

LEVELS = (LogitsLevel("decode", 5, 1.0), LogitsLevel("aux", 5, 0.2))


@pytest.fixture
def target() -> DomainOutput:
    torch.manual_seed(0)
    logits = [torch.randn(2, 5, 8, 8, dtype=torch.float64, requires_grad=True) for _ in LEVELS]
    levels = tuple(ClassLogits(level, x) for level, x in zip(LEVELS, logits, strict=True))
    return DomainOutput(torch.rand(2, 3, 8, 8), levels)


def test_losses_are_weighted_by_method_and_level(target):
    losses = MinEnt(loss_weight=0.1).target_losses(step_of(target))
    means = [entropy(output.logits).mean().item() for output in target.levels]
    assert set(losses) == {"decode.loss_ent", "decode.entropy", "aux.loss_ent", "aux.entropy"}
    assert losses["decode.loss_ent"].item() == pytest.approx(0.1 * means[0])
    assert losses["aux.loss_ent"].item() == pytest.approx(0.1 * 0.2 * means[1])
    # For the log: the mean entropy itself, in [0, 1], whatever the weights.
    assert losses["decode.entropy"].item() == pytest.approx(means[0])
    assert losses["aux.entropy"].item() == pytest.approx(means[1])


def test_logged_entropy_has_no_gradient_and_is_not_added_up(target):
    losses = MinEnt().target_losses(step_of(target))
    for key, value in losses.items():
        assert value.requires_grad == ("loss" in key)


def test_entropy_range_counts_the_highest_positions(target):
    losses = MinEnt(loss_weight=1.0, top_ratio=0.3).target_losses(step_of(target))
    values = entropy(target.levels[0].logits).flatten(1)
    highest = values.sort(dim=1).values[:, -math.ceil(0.3 * 64) :]
    assert losses["decode.loss_ent"].item() == pytest.approx(highest.mean().item())


def test_only_the_counted_positions_count(target):
    torch.manual_seed(1)
    masks = [torch.rand(2, 8, 8) < share for share in (0.3, 0.0)]
    levels = tuple(replace(x, mask=m) for x, m in zip(target.levels, masks, strict=True))
    losses = MinEnt(loss_weight=0.1).target_losses(step_of(replace(target, levels=levels)))
    expected = entropy(target.levels[0].logits)[masks[0]].mean().item()
    assert losses["decode.loss_ent"].item() == pytest.approx(0.1 * expected)
    assert losses["decode.entropy"].item() == pytest.approx(expected)
    assert losses["aux.loss_ent"].item() == losses["aux.entropy"].item() == 0


def test_step_against_the_gradient_lowers_the_entropy(target):
    before = entropy(target.levels[0].logits).mean()
    MinEnt(loss_weight=1.0).target_losses(step_of(target))["decode.loss_ent"].backward()
    logits = target.levels[0].logits
    assert entropy(logits - 10 * logits.grad).mean() < before


def test_needs_neither_source_nor_discriminators(target):
    method = MinEnt()
    method.build(None, LEVELS)
    assert method.active
    assert not method.needs_source
    assert len(method.discriminators) == 0
    assert list(method.parameters()) == []
    assert not method.asks("discriminator_losses")


def test_weight_zero_switches_it_off():
    assert not MinEnt(loss_weight=0).active


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (dict(loss_weight=-1), "loss_weight must be a finite number >= 0, got -1"),
        (dict(loss_weight="1"), "loss_weight must be a finite number >= 0, got '1'"),
        (dict(loss_weight=math.nan), "loss_weight must be a finite number >= 0, got nan"),
        (dict(top_ratio=0), "top_ratio must be in (0, 1], got 0"),
    ],
)
def test_refuses_arguments(arguments, sentence):
    with pytest.raises(InputError) as error:
        MinEnt(**arguments)
    assert str(error.value) == sentence
