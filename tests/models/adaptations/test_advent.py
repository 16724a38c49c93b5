"""AdvEnt over outputs of two levels."""

import math

import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.functional import entropy, self_information
from mmadvent.models import AdvEnt
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel
from tests.steps import step_of

LEVELS = (LogitsLevel("decode", 5, 1.0), LogitsLevel("aux", 3, 0.2))
SMALL = dict(type="SelfInfoDiscriminator", base_channels=4)


def bound(**arguments) -> AdvEnt:
    torch.manual_seed(0)
    method = AdvEnt(**{"discriminator": SMALL, **arguments})
    method.build(None, LEVELS)
    return method


def output(seed: int, size: tuple[int, int]) -> DomainOutput:
    generator = torch.Generator().manual_seed(seed)
    levels = tuple(
        ClassLogits(
            level,
            torch.randn(2, level.num_classes, *size, generator=generator).requires_grad_(),
        )
        for level in LEVELS
    )
    return DomainOutput(torch.rand(2, 3, *size), levels)


@pytest.fixture
def source() -> DomainOutput:
    return output(1, (64, 96))


@pytest.fixture
def target() -> DomainOutput:
    return output(2, (64, 64))


def test_target_losses_call_the_target_source(target):
    method = bound(loss_weight=0.01)
    losses = method.target_losses(step_of(target))
    keys = {"decode.loss_adv", "decode.entropy", "aux.loss_adv", "aux.entropy"}
    assert set(losses) == keys
    for level in target.levels:
        name, weight = level.level.name, level.level.weight
        z = method.discriminators[name](self_information(level.logits))
        expected = 0.01 * weight * -torch.sigmoid(z).log().mean()
        torch.testing.assert_close(losses[f"{name}.loss_adv"], expected)
        torch.testing.assert_close(losses[f"{name}.entropy"], entropy(level.logits).mean())
        assert not losses[f"{name}.entropy"].requires_grad


def test_under_autocast_the_map_is_rounded_and_the_entropy_is_not(target):
    method = bound()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = method.target_losses(step_of(target))
        for level in target.levels:
            name = level.level.name
            output_map = method.output_map(level)
            assert output_map.dtype == torch.bfloat16
            exact = self_information(level.logits)
            # What the first convolution would have made of the exact map.
            judged = method.discriminators[name](exact), method.discriminators[name](output_map)
            assert torch.equal(*judged)
            value = losses[f"{name}.entropy"]
            assert value.dtype == torch.float32
            torch.testing.assert_close(value, exact.sum(dim=1).mean(), rtol=1e-3, atol=0)


def test_discriminator_losses_tell_the_domains_apart(source, target):
    method = bound(discriminator_weight=0.5)
    losses = method.discriminator_losses(step_of(target.detach(), source.detach()))
    assert set(losses) == {
        f"{name}.{key}" for name in ("decode", "aux") for key in ("loss_dis", "acc_dis")
    }
    for of_source, of_target in zip(source.levels, target.levels, strict=True):
        name = of_source.level.name
        z_source = method.discriminators[name](self_information(of_source.logits))
        z_target = method.discriminators[name](self_information(of_target.logits))
        both = -torch.sigmoid(z_source).log().mean() - (1 - torch.sigmoid(z_target)).log().mean()
        # The weight of a level is for the network: each discriminator trains alone.
        torch.testing.assert_close(losses[f"{name}.loss_dis"], 0.5 * both)
        right = ((z_source > 0).float().mean() + (z_target <= 0).float().mean()) / 2
        torch.testing.assert_close(losses[f"{name}.acc_dis"], right)


def test_no_gradient_of_the_target_losses_reaches_the_discriminators(target):
    method = bound()
    losses = method.target_losses(step_of(target))
    sum(value for key, value in losses.items() if "loss" in key).backward()
    assert all(parameter.grad is None for parameter in method.parameters())
    assert all(parameter.requires_grad for parameter in method.parameters())
    assert all(level.logits.grad.abs().sum() > 0 for level in target.levels)


def test_no_gradient_of_the_discriminator_losses_reaches_the_network(source, target):
    method = bound()
    losses = method.discriminator_losses(step_of(target.detach(), source.detach()))
    sum(value for key, value in losses.items() if "loss" in key).backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in method.parameters())
    assert all(level.logits.grad is None for level in (*source.levels, *target.levels))


def test_discriminators_learn_to_tell_the_domains_apart(source, target):
    # A sharp and a flat source and target: separable at a glance.
    sharp = DomainOutput(
        source.images, tuple(ClassLogits(x.level, x.logits.detach() * 9) for x in source.levels)
    )
    method = bound()
    optimizer = torch.optim.Adam(method.parameters(), lr=1e-2)
    for _ in range(20):
        losses = method.discriminator_losses(step_of(target.detach(), sharp))
        optimizer.zero_grad()
        sum(value for key, value in losses.items() if "loss" in key).backward()
        optimizer.step()
    assert losses["decode.acc_dis"] == losses["aux.acc_dis"] == 1


def test_one_discriminator_for_each_level_with_its_number_of_classes():
    method = bound(discriminator=None)
    channels = {name: module.in_channels for name, module in method.discriminators.items()}
    assert channels == {"decode": 5, "aux": 3}
    assert method.discriminators["decode"].features[0].out_channels == 64
    assert method.needs_source


def anchors(seed: int) -> DomainOutput:
    """A detector's level: 3 classes, 2 anchors at each of 6 x 5 positions, 16 pixels apart."""
    generator = torch.Generator().manual_seed(seed)
    level = LogitsLevel("level_1", 3, 0.25, stride=16, num_anchors=2)
    logits = torch.randn(2, 3, 2, 6, 5, generator=generator)
    counted = torch.rand(2, 2, 6, 5, generator=generator) < 0.5
    return DomainOutput(torch.rand(2, 3, 96, 80), (ClassLogits(level, logits, counted),))


def test_anchors_are_channels_and_what_does_not_count_is_zero():
    of_source, of_target = anchors(1), anchors(2)
    method = AdvEnt(loss_weight=0.01, discriminator=SMALL)
    method.build(None, [of_target.levels[0].level])
    discriminator = method.discriminators["level_1"]
    assert discriminator.in_channels == 6
    assert [m.stride[0] for m in discriminator.modules() if hasattr(m, "stride")] == [2, 1, 1, 1, 1]
    z = []
    for output in (of_source, of_target):
        (level,) = output.levels
        channels = []
        for category in range(3):
            for anchor in range(2):
                values = self_information(level.logits)[:, category, anchor]
                channels.append(values.where(level.mask[:, anchor], torch.zeros(())))
        z.append(discriminator(torch.stack(channels, dim=1)))
    step = step_of(of_target, of_source)
    losses = method.target_losses(step)
    adversarial = -torch.sigmoid(z[1]).log().mean()
    torch.testing.assert_close(losses["level_1.loss_adv"], 0.01 * 0.25 * adversarial)
    (level,) = of_target.levels
    of_counted = entropy(level.logits)[level.mask].mean()
    torch.testing.assert_close(losses["level_1.entropy"], of_counted)
    losses = method.discriminator_losses(step)
    both = -torch.sigmoid(z[0]).log().mean() - (1 - torch.sigmoid(z[1])).log().mean()
    torch.testing.assert_close(losses["level_1.loss_dis"], 0.5 * both)


def test_building_leaves_the_config_as_it_was():
    config = dict(SMALL)
    bound(discriminator=config)
    assert config == SMALL


def test_refuses_a_discriminator_of_other_classes_than_the_head():
    with pytest.raises(InputError) as error:
        bound(discriminator=dict(SMALL, in_channels=19))
    assert str(error.value) == (
        "discriminator.in_channels must be the number of channels of the self-information of "
        "'decode', 5, got 19"
    )


def test_weight_zero_switches_it_off():
    assert not bound(loss_weight=0).active


@pytest.mark.parametrize("name", ["loss_weight", "discriminator_weight"])
@pytest.mark.parametrize("value", [-0.001, math.nan, math.inf, True, "0.001"])
def test_refuses_weights(name, value):
    with pytest.raises(InputError) as error:
        AdvEnt(**{name: value})
    assert str(error.value) == f"{name} must be a finite number >= 0, got {value!r}"
