"""PseudoLabel: self-training on predictions that were taken for labels."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.checks import check_loss_weight
from mmadvent.errors import InputError
from mmadvent.functional import NO_LABEL, masked_mean, pseudo_label_loss
from mmadvent.models.adaptations.base import Adaptation, Step, check_same_classes
from mmadvent.structures import LogitsLevel


@MODELS.register_module()
class PseudoLabel(Adaptation):
    r"""Train on the target's pseudo-labels as on labels.

    .. math::
        \min_{\theta_F} L_{seg}(x_s, y_s) + \lambda_{pl} \sum_l w_l\, L_{seg}^{(l)}(x_t, \hat y_t)

    The pseudo-labels lie in files that ``tools/make_pseudo_labels.py`` writes before the training;
    the target's data set names their folder, ``pseudo_labels``. Which predictions they are is that
    tool's rule: ESL's (entropy), self-training's or class-balanced self-training's (confidence).

    Args:
        loss_weight: the paper's :math:`\lambda_{pl}`.
        level_weights: weight :math:`w_l` of each level by its name, in place of the level's own.
            ESL gives pseudo-labels the weights of labels, ``dict(decode=1.0, aux=0.1)``.

    Raises:
        InputError: if a weight is not a finite number >= 0, if ``level_weights`` names other levels
            than the network has, or if those differ in the number of classes.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 5 and 6; Saporta et al., ESL, CVPR 2020 workshops;
    Zou et al., CBST, ECCV 2018.
    """

    needs_pseudo_labels = True

    def __init__(
        self, loss_weight: float = 1.0, level_weights: Mapping[str, float] | None = None
    ) -> None:
        super().__init__()
        self.loss_weight = check_loss_weight(loss_weight)
        self.level_weights = None
        if level_weights is not None:
            self.level_weights = {
                name: check_loss_weight(weight, f"PseudoLabel.level_weights.{name}")
                for name, weight in level_weights.items()
            }
        self.active = loss_weight > 0

    def build(self, network: Any, levels: Sequence[LogitsLevel]) -> None:
        """Compare the names of the levels and their numbers of classes."""
        if self.active:
            check_same_classes(self, levels)
        names = [level.name for level in levels]
        if self.level_weights is not None and set(self.level_weights) != set(names):
            raise InputError(
                "PseudoLabel.level_weights must have one weight for each level of the network "
                f"({', '.join(names)}), got {', '.join(self.level_weights) or 'none'}"
            )

    def target_losses(self, step: Step) -> dict[str, Tensor]:
        """Weighted cross-entropy of each level, and, for the log, the share of labelled pixels."""
        labels = step.target.pseudo_labels
        assert labels is not None  # the step sees to it
        labeled = (labels != NO_LABEL).float()
        losses = {"labelled": masked_mean(labeled, step.target.mask)}
        for output in step.target.levels:
            level = output.level
            weight = self.level_weights[level.name] if self.level_weights else level.weight
            kept = labels
            if output.mask is not None:
                kept = labels.masked_fill(~output.mask, NO_LABEL)
            loss = pseudo_label_loss(output.logits, kept, output.upsample)
            losses[f"{level.name}.loss_pseudo"] = self.loss_weight * weight * loss
        return losses
