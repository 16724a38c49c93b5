"""ClassPrior: class-ratio priors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.models.adaptations.base import Adaptation, Step
from mmadvent.models.losses import ClassPriorLoss
from mmadvent.structures import LogitsLevel


@MODELS.register_module()
class ClassPrior(Adaptation):
    r"""Ask the target's predictions for a part of each class's share in the source.

    .. math:: \min_{\theta_F} L_{seg}(x_s, y_s) + \lambda_{cp} \sum_l w_l\, L_{cp}^{(l)}(x_t)

    Made to go with :class:`MinEnt` or :class:`AdvEnt` in the list of methods, which alone tend to
    give up rare classes.

    Args:
        prior: share of each class in the source's labels, or the path of a JSON file that holds
            them; see :class:`ClassPriorLoss`. Each level is compared with it on its own. The
            file's classes must be the source's: ``UDATrainLoop`` compares their names.
        relaxation: the paper's :math:`\mu` in [0, 1], 0.5 there.
        loss_weight: :math:`\lambda_{cp}`. The paper gives no number; the default is that of its
            other terms. A level multiplies it with its own weight :math:`w_l`.

    Raises:
        InputError: as :class:`ClassPriorLoss`, or if a level has another number of classes.

    Source: Vu et al., ADVENT, CVPR 2019, section 3.3 and eq. 10.
    """

    def __init__(
        self,
        prior: Sequence[float] | str | Path,
        relaxation: float = 0.5,
        loss_weight: float = 0.001,
    ) -> None:
        super().__init__()
        self.class_prior_loss = ClassPriorLoss(prior, relaxation, loss_weight)
        self.classes = self.class_prior_loss.classes
        self.active = loss_weight > 0

    def build(self, network: Any, levels: Sequence[LogitsLevel]) -> None:
        """Compare the number of classes."""
        shares = len(self.class_prior_loss.prior)
        for level in levels:
            if level.num_classes != shares:
                raise InputError(
                    f"ClassPrior.prior must have one share for each of the {level.num_classes} "
                    f"classes of '{level.name}' (in a detector the background is one), got {shares}"
                )

    def target_losses(self, step: Step) -> dict[str, Tensor]:
        """Weighted loss of each level, and, for the log, how much of the prior is missing."""
        losses = {}
        for output in step.target.levels:
            level = output.level
            loss = self.class_prior_loss(output.logits, output.mask, output.upsample)
            losses[f"{level.name}.loss_prior"] = level.weight * loss
            losses[f"{level.name}.shortfall"] = loss.detach() / self.class_prior_loss.loss_weight
        return losses
