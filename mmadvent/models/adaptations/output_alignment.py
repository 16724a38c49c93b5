"""What the adversarial methods share: a discriminator per level over a map of the outputs."""

from collections.abc import Callable, Sequence
from typing import Any

from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.checks import check_loss_weight
from mmadvent.errors import InputError
from mmadvent.functional import (
    SOURCE_LABEL,
    TARGET_LABEL,
    chunked_map,
    domain_accuracy,
    domain_loss,
    mask_of_cells,
)
from mmadvent.models.adaptations.base import Adaptation, Step
from mmadvent.models.discriminators.shared_forward import SharedForward, autocast_dtype
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel


class OutputAlignment(Adaptation):
    r"""Align a map M of the target's outputs with the source's by a discriminator D per level.

    .. math::
        \min_{\theta_D}\ & \kappa\, (L_D(M_{x_s}, 1) + L_D(M_{x_t}, 0)) \\
        \min_{\theta_F}\ & L_{seg}(x_s, y_s) + \lambda_{adv} \sum_l w_l\, L_D(M_{x_t}^{(l)}, 1)

    Where images are padded M is 0, and no patch of padding alone counts in the mean of
    :math:`L_D`. D is trained on the maps that the network made before it stepped, as in the
    released code. The maps of a detector's anchors are channels side by side. A subclass says what
    M is.

    Args:
        loss_weight: :math:`\lambda_{adv}`. A level multiplies it with its own weight :math:`w_l`.
        discriminator: config of the discriminators; where they are left out, ``in_channels`` is the
            number of channels of a level's map, classes times anchors, and ``map_stride`` the
            level's stride.
        discriminator_weight: :math:`\kappa`; the released code takes the mean of both domains
            (0.5), the paper the sum (1.0). Adam is nearly blind to the difference.
        objective: :math:`L_D`, one of :data:`mmadvent.functional.DOMAIN_OBJECTIVES`.

    Raises:
        InputError: if an argument is outside its range, or if ``discriminator.in_channels`` differs
            from what a level has.
    """

    needs_source = True
    MAP = "map"

    def __init__(
        self,
        loss_weight: float,
        discriminator: dict | None,
        discriminator_weight: float,
        objective: str = "cross_entropy",
    ) -> None:
        super().__init__()
        self.loss_weight = check_loss_weight(loss_weight)
        self.discriminator_weight = check_loss_weight(discriminator_weight, "discriminator_weight")
        self.discriminator_cfg = dict(discriminator or dict(type="SelfInfoDiscriminator"))
        self.objective = objective
        self.active = loss_weight > 0

    def output_map(self, output: ClassLogits) -> Tensor:
        """M, of shape (N, C, *positions); 0 where a position does not count."""
        raise NotImplementedError(f"{type(self).__name__} does not define output_map")

    def measures(self, output: ClassLogits, output_map: Tensor) -> dict[str, Tensor]:
        """Further values of a target level for the log."""
        return {}

    def build(self, network: Any, levels: Sequence[LogitsLevel]) -> None:
        """Build one discriminator for each level."""
        for level in levels:
            channels = level.num_classes * level.num_anchors
            cfg = dict(in_channels=channels)
            if level.stride != 1:
                cfg["map_stride"] = level.stride
            cfg |= self.discriminator_cfg
            if cfg["in_channels"] != channels:
                raise InputError(
                    f"discriminator.in_channels must be the number of channels of the "
                    f"{self.MAP} of '{level.name}', {channels}, got {cfg['in_channels']}"
                )
            discriminator = self.discriminators[level.name] = MODELS.build(cfg)
            smallest = getattr(discriminator, "smallest", 1)  # side of a map
            self.min_side = max(self.min_side, level.stride * (smallest - 1) + 1)

    def target_losses(self, step: Step) -> dict[str, Tensor]:
        """Adversarial loss of each level: how far D is from taking the target for the source."""
        losses = {}
        for output in step.target.levels:
            level = output.level
            output_map = self.output_map(output)
            channels = _anchors_as_channels(output_map)
            shared = SharedForward(self.discriminators[level.name], channels.detach())
            step.notes(self)[level.name] = shared
            logits = shared.for_map(channels)
            mask = _counted(step.target, logits)
            adversarial = domain_loss(logits, SOURCE_LABEL, self.objective, mask)
            losses[f"{level.name}.loss_adv"] = self.loss_weight * level.weight * adversarial
            for key, value in self.measures(output, output_map.detach()).items():
                losses[f"{level.name}.{key}"] = value
        return losses

    def discriminator_losses(self, step: Step) -> dict[str, Tensor]:
        """Domain classification loss of each level, and its accuracy in [0, 1]."""
        assert step.source is not None  # needs_source
        losses = {}
        for of_source, of_target in zip(step.source.levels, step.target.levels, strict=True):
            name = of_source.level.name
            discriminator = self.discriminators[name]
            source_logits = discriminator(_anchors_as_channels(self.output_map(of_source)))
            target_logits = self._target_logits(step, of_target)
            masks = _counted(step.source, source_logits), _counted(step.target, target_logits)
            both = domain_loss(source_logits, SOURCE_LABEL, self.objective, masks[0]) + domain_loss(
                target_logits, TARGET_LABEL, self.objective, masks[1]
            )
            losses[f"{name}.loss_dis"] = self.discriminator_weight * both
            accuracy = domain_accuracy(source_logits, target_logits, self.objective, *masks)
            losses[f"{name}.acc_dis"] = accuracy
        return losses

    def _target_logits(self, step: Step, target: ClassLogits) -> Tensor:
        """D's answer to the target, without another forward where it was asked just now."""
        name = target.level.name
        shared = step.notes(self).get(name)
        if shared is not None and shared.is_of_this_precision():
            return shared.for_parameters()
        return self.discriminators[name](_anchors_as_channels(self.output_map(target)))


def map_of(function: Callable[[Tensor], Tensor], output: ClassLogits) -> Tensor:
    """The map (N, C, *positions) of a function of the logits, 0 where a position does not count.

    It is computed in float32 and rounded to what autocast gives a discriminator's convolutions.
    """
    dtype = autocast_dtype(output.logits)
    output_map = chunked_map(function, output.logits, output.upsample, dtype)
    return output_map if output.mask is None else output_map * output.mask[:, None]


def _counted(domain: DomainOutput, domain_logits: Tensor) -> Tensor | None:
    """The patches (N, 1, h, w) that a pixel of an image lies in; None for all of them."""
    mask = mask_of_cells(domain.mask, domain_logits.shape[2:])
    return None if mask is None else mask[:, None]


def _anchors_as_channels(output_map: Tensor) -> Tensor:
    """(N, C, A, h, w) as (N, C * A, h, w); (N, C, H, W) as it is."""
    return output_map.flatten(1, -3)
