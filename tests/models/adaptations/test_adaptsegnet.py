"""AdaptSegNet over outputs of two levels."""

import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.models import AdaptSegNet
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel
from tests.steps import step_of

LEVELS = (LogitsLevel("decode", 5, 1.0), LogitsLevel("aux", 3, 0.2))
SMALL = dict(type="SelfInfoDiscriminator", base_channels=4)


def bound(**arguments) -> AdaptSegNet:
    torch.manual_seed(0)
    method = AdaptSegNet(discriminator=SMALL, **arguments)
    method.build(None, LEVELS)
    return method.double()


def output(seed: int, size: tuple[int, int], dtype: torch.dtype = torch.float64) -> DomainOutput:
    generator = torch.Generator().manual_seed(seed)
    levels = tuple(
        ClassLogits(
            level,
            torch.randn(2, level.num_classes, *size, generator=generator).to(dtype),
        )
        for level in LEVELS
    )
    return DomainOutput(torch.rand(2, 3, *size), levels)


def probabilities(logits: torch.Tensor) -> torch.Tensor:
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


LOSSES = {
    "cross_entropy": lambda z, y: -(y * z.sigmoid().log() + (1 - y) * (1 - z.sigmoid()).log()),
    "least_squares": lambda z, y: (z - y) ** 2,
}


@pytest.mark.parametrize("objective", LOSSES)
def test_losses_over_probabilities(objective: str) -> None:
    method = bound(loss_weight=0.01, objective=objective)
    source, target = output(1, (64, 96)), output(2, (64, 64))
    of_network = method.target_losses(step_of(target))
    of_discriminators = method.discriminator_losses(step_of(target, source))
    assert set(of_network) == {"decode.loss_adv", "aux.loss_adv"}
    middle = {"cross_entropy": 0.0, "least_squares": 0.5}[objective]
    for index, level in enumerate(LEVELS):
        discriminator = method.discriminators[level.name]
        z_source = discriminator(probabilities(source.levels[index].logits))
        z_target = discriminator(probabilities(target.levels[index].logits))
        loss = LOSSES[objective]
        torch.testing.assert_close(
            of_network[f"{level.name}.loss_adv"], 0.01 * level.weight * loss(z_target, 1.0).mean()
        )
        torch.testing.assert_close(
            of_discriminators[f"{level.name}.loss_dis"],
            0.5 * (loss(z_source, 1.0).mean() + loss(z_target, 0.0).mean()),
        )
        right = ((z_source > middle).float().mean() + (z_target <= middle).float().mean()) / 2
        torch.testing.assert_close(of_discriminators[f"{level.name}.acc_dis"], right)


def test_a_position_that_does_not_count_has_no_probabilities() -> None:
    method = bound()
    (whole, _) = output(2, (64, 64)).levels
    counted = torch.zeros(2, 64, 64, dtype=torch.bool)
    counted[:, :32] = True
    part = method.output_map(ClassLogits(whole.level, whole.logits, counted))
    assert torch.equal(part[:, :, :32], whole.logits.softmax(dim=1)[:, :, :32])
    assert not part[:, :, 32:].any()


def test_half_precision_is_computed_in_float32() -> None:
    method = bound()
    (level, _) = output(2, (64, 64), torch.bfloat16).levels
    assert method.output_map(level).dtype == torch.float32


def test_another_objective_is_refused() -> None:
    with pytest.raises(InputError) as error:
        AdaptSegNet(objective="hinge")
    assert str(error.value) == (
        "AdaptSegNet.objective must be one of cross_entropy, least_squares, got 'hinge'"
    )
