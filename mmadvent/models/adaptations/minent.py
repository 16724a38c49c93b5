"""MinEnt: direct entropy minimisation."""

from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.models.adaptations.base import Adaptation, Step
from mmadvent.models.losses import EntropyLoss


@MODELS.register_module()
class MinEnt(Adaptation):
    r"""Minimise the entropy of the target's predictions.

    .. math:: \min_{\theta_F} L_{seg}(x_s, y_s) + \lambda_{ent} \sum_l w_l\, L_{ent}^{(l)}(x_t)

    Args:
        loss_weight: the paper's :math:`\lambda_{ent}`, 0.001 there. A level multiplies it with its
            own weight :math:`w_l`.
        top_ratio: share of each image's positions that count, those with the highest entropy, that
            go on counting, in (0, 1]; 0.3 is the paper's entropy range (ER).

    Raises:
        InputError: if an argument is outside its range.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 2-4.
    """

    def __init__(self, loss_weight: float = 0.001, top_ratio: float = 1.0) -> None:
        super().__init__()
        self.entropy_loss = EntropyLoss(loss_weight=loss_weight, top_ratio=top_ratio)
        self.active = loss_weight > 0

    def target_losses(self, step: Step) -> dict[str, Tensor]:
        """Weighted entropy of each level, and, for the log, its mean."""
        losses = {}
        for output in step.target.levels:
            level = output.level
            loss = self.entropy_loss(output.logits, output.mask, output.upsample)
            losses[f"{level.name}.loss_ent"] = level.weight * loss
            losses[f"{level.name}.entropy"] = loss.detach() / self.entropy_loss.loss_weight
        return losses
