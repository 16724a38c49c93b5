"""AdvEnt: adversarial entropy minimisation."""

from collections.abc import Sequence

from mmengine.registry import MODELS
from torch import Tensor, nn
from torch.func import functional_call

from mmadvent.errors import InputError
from mmadvent.functional import (
    SOURCE_LABEL,
    TARGET_LABEL,
    counted_mean,
    domain_accuracy,
    domain_loss,
    self_information,
)
from mmadvent.models.adaptations.base import Adaptation
from mmadvent.models.checks import check_loss_weight
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel


@MODELS.register_module()
class AdvEnt(Adaptation):
    r"""Align the weighted self-information of target predictions with the source's.

    A discriminator D per level tells the domains apart (eq. 7); the network is trained so that D
    takes the target's maps for source maps (eq. 8 and 9):

    .. math::
        \min_{\theta_D}\ & \kappa\, (L_D(I_{x_s}, 1) + L_D(I_{x_t}, 0)) \\
        \min_{\theta_F}\ & L_{seg}(x_s, y_s) + \lambda_{adv} \sum_l w_l\, L_D(I_{x_t}^{(l)}, 1)

    D is trained on the maps that the network made before it stepped, as in the released code. The
    maps of a detector's anchors are channels side by side; the self-information of positions that
    do not count is 0 in both domains.

    Args:
        loss_weight: the paper's :math:`\lambda_{adv}`, 0.001 there. A level multiplies it with its
            own weight :math:`w_l`.
        discriminator: config of the discriminators; where they are left out, ``in_channels`` is the
            number of channels of a level's self-information, classes times maps, and
            ``map_stride`` the level's stride.
        discriminator_weight: :math:`\kappa`; the released code takes the mean of both domains
            (0.5), the paper the sum (1.0). Adam is nearly blind to the difference.

    Raises:
        InputError: if a weight is outside its range, or if ``discriminator.in_channels`` differs
            from what a level has.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 7-9.
    """

    needs_source = True

    def __init__(
        self,
        loss_weight: float = 0.001,
        discriminator: dict | None = None,
        discriminator_weight: float = 0.5,
    ) -> None:
        super().__init__()
        self.loss_weight = check_loss_weight(loss_weight)
        self.discriminator_weight = check_loss_weight(discriminator_weight, "discriminator_weight")
        self.discriminator_cfg = dict(discriminator or dict(type="SelfInfoDiscriminator"))
        self.active = loss_weight > 0

    def bind(self, levels: Sequence[LogitsLevel]) -> None:
        """Build one discriminator for each level."""
        for level in levels:
            channels = level.num_classes * level.maps
            cfg = dict(in_channels=channels)
            if level.stride != 1:
                cfg["map_stride"] = level.stride
            cfg |= self.discriminator_cfg
            if cfg["in_channels"] != channels:
                raise InputError(
                    f"discriminator.in_channels must be the number of channels of the "
                    f"self-information of '{level.name}', {channels}, got {cfg['in_channels']}"
                )
            self.discriminators[level.name] = MODELS.build(cfg)

    def target_losses(self, target: DomainOutput) -> dict[str, Tensor]:
        """Adversarial loss of each level (eq. 8), and, for the log, the target's mean entropy."""
        losses = {}
        for output in target.levels:
            level = output.level
            information = _information(output)
            domain_logits = _call_frozen(
                self.discriminators[level.name], _anchors_as_channels(information)
            )
            adversarial = domain_loss(domain_logits, SOURCE_LABEL)
            losses[f"{level.name}.loss_adv"] = self.loss_weight * level.weight * adversarial
            values = information.detach().sum(dim=1)
            losses[f"{level.name}.entropy"] = counted_mean(values, output.counted)
        return losses

    def discriminator_losses(self, source: DomainOutput, target: DomainOutput) -> dict[str, Tensor]:
        """Domain classification loss of each level (eq. 7), and its accuracy in [0, 1]."""
        losses = {}
        for of_source, of_target in zip(source.levels, target.levels, strict=True):
            name = of_source.level.name
            discriminator = self.discriminators[name]
            source_logits = discriminator(_anchors_as_channels(_information(of_source)))
            target_logits = discriminator(_anchors_as_channels(_information(of_target)))
            both = domain_loss(source_logits, SOURCE_LABEL) + domain_loss(
                target_logits, TARGET_LABEL
            )
            losses[f"{name}.loss_dis"] = self.discriminator_weight * both
            losses[f"{name}.acc_dis"] = domain_accuracy(source_logits, target_logits)
        return losses


def _information(output: ClassLogits) -> Tensor:
    """Self-information (N, C, *positions), 0 where a position does not count."""
    information = self_information(output.logits)
    if output.counted is None:
        return information
    return information * output.counted[:, None]


def _anchors_as_channels(information: Tensor) -> Tensor:
    """(N, C, A, h, w) as (N, C * A, h, w); (N, C, H, W) as it is."""
    return information.flatten(1, -3)


def _call_frozen(module: nn.Module, inputs: Tensor) -> Tensor:
    """Call ``module`` so that ``inputs`` get a gradient and its parameters none.

    Without switching ``requires_grad`` off and on: an exception between the two would leave the
    module frozen, and a distributed wrapper has already seen the parameters.
    """
    frozen = {name: parameter.detach() for name, parameter in module.named_parameters()}
    return functional_call(module, frozen, (inputs,))
