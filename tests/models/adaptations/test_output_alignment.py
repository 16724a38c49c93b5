"""What the adversarial methods share, over a map of the test's own."""

import pytest
import torch
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.functional import Upsample
from mmadvent.models import Step
from mmadvent.models.adaptations.output_alignment import OutputAlignment, map_of
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel
from tests.steps import step_of

LEVEL = LogitsLevel("decode", 3, 0.5)
SMALL = dict(type="SelfInfoDiscriminator", base_channels=4)


class Halves(OutputAlignment):
    """Aligns halved logits and logs their largest value."""

    MAP = "halved logits"

    def output_map(self, output: ClassLogits) -> Tensor:
        return map_of(lambda logits: logits / 2, output)

    def measures(self, output: ClassLogits, output_map: Tensor) -> dict[str, Tensor]:
        return {"largest": output_map.max()}


def built(level: LogitsLevel = LEVEL, discriminator: dict | None = None, **arguments) -> Halves:
    torch.manual_seed(0)
    method = Halves(**dict(loss_weight=0.1, discriminator_weight=0.25) | arguments,
                    discriminator=discriminator or SMALL)  # fmt: skip
    method.build(None, [level])
    return method


def output(seed: int, level: LogitsLevel = LEVEL) -> DomainOutput:
    logits = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(seed))
    return DomainOutput(torch.rand(2, 3, 64, 64), (ClassLogits(level, logits.requires_grad_()),))


def step() -> Step:
    return step_of(output(2), output(1))


def test_both_losses_and_what_is_logged() -> None:
    method, asked = built(), step()
    losses = method.target_losses(asked) | method.discriminator_losses(asked)
    assert list(losses) == [
        f"decode.{key}" for key in ("loss_adv", "largest", "loss_dis", "acc_dis")
    ]
    source, target = (x.levels[0].logits / 2 for x in (asked.source, asked.target))
    z_source, z_target = (method.discriminators["decode"](x) for x in (source, target))
    softplus = torch.nn.functional.softplus
    torch.testing.assert_close(losses["decode.loss_adv"], 0.1 * 0.5 * softplus(-z_target).mean())
    torch.testing.assert_close(
        losses["decode.loss_dis"], 0.25 * (softplus(-z_source).mean() + softplus(z_target).mean())
    )
    assert losses["decode.largest"] == target.max() and not losses["decode.largest"].requires_grad


def test_the_discriminator_sees_the_target_once_a_step() -> None:
    method, asked = built(), step()
    calls: list[int] = []
    method.discriminators["decode"].register_forward_hook(lambda *_: calls.append(1))
    method.target_losses(asked)
    again = method.discriminator_losses(asked)["decode.loss_dis"]
    assert len(calls) == 2  # the target, for both losses, and the source
    # Asked without the network's loss, or in another precision, it looks anew.
    alone = method.discriminator_losses(step())["decode.loss_dis"]
    assert len(calls) == 4
    torch.testing.assert_close(alone, again)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        method.discriminator_losses(asked)
    assert len(calls) == 6


def test_a_discriminator_knows_the_channels_and_the_stride_of_its_level() -> None:
    level = LogitsLevel("level_0", 3, stride=16, num_anchors=4)
    discriminator = built(level).discriminators["level_0"]
    assert discriminator.in_channels == 12
    strides = [m.stride[0] for m in discriminator.modules() if hasattr(m, "stride")]
    assert strides == [2, 1, 1, 1, 1]  # 32 pixels between its answers, as at full size
    with pytest.raises(InputError) as error:
        built(level, dict(SMALL, in_channels=3))
    assert str(error.value) == (
        "discriminator.in_channels must be the number of channels of the halved logits of "
        "'level_0', 12, got 3"
    )


def test_a_map_is_0_where_a_position_does_not_count() -> None:
    logits = torch.randn(1, 3, 2, 2)
    mask = torch.tensor([[[True, False], [False, True]]])
    masked = map_of(torch.exp, ClassLogits(LEVEL, logits, mask))
    assert torch.equal(masked, logits.exp() * mask)
    whole = map_of(torch.exp, ClassLogits(LEVEL, logits, upsample=Upsample((4, 4))))
    assert whole.shape == (1, 3, 4, 4)


def test_a_map_has_the_precision_of_autocast() -> None:
    logits = torch.randn(1, 3, 2, 2)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = map_of(torch.exp, ClassLogits(LEVEL, logits))
    assert torch.equal(half, logits.exp().bfloat16())


def test_a_weight_of_zero_switches_it_off_and_the_map_has_no_default() -> None:
    assert built().active and not built(loss_weight=0).active
    with pytest.raises(NotImplementedError, match="^OutputAlignment does not define output_map$"):
        OutputAlignment(0.1, None, 0.5).output_map(output(0).levels[0])
