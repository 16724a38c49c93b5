"""The entropy loss of MinEnt."""

import torch
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.checks import check_choice, check_loss_weight, check_unit_interval
from mmadvent.functional import (
    Enlarging,
    enlarged_map,
    enlarged_mean,
    entropy,
    top_entropy_mask,
)

REDUCTIONS = ("mean", "sum", "none")


@MODELS.register_module()
class EntropyLoss(nn.Module):
    r"""Direct entropy minimisation on target predictions.

    .. math:: L_{ent} = \lambda_{ent} \cdot \mathrm{mean}_{n, positions}\, E

    with the normalised entropy E of eq. 2. The paper sums over the positions; the mean makes the
    number independent of the image size, as the released code has it.

    Args:
        loss_weight: the paper's :math:`\lambda_{ent}`, finite and >= 0.
        top_ratio: share of the counted positions of each image, those with the highest entropy,
            that go on counting; in (0, 1]. 0.3 is the paper's entropy range (ER).
        reduction: ``mean`` over the counted positions and the batch, ``sum`` over them, or
            ``none``: the weighted map, 0 where a position does not count.

    Shape:
        logits (N, C, ...), and counted, boolean (N, ...), or None for all positions -> scalar, or
        (N, ...) with ``reduction='none'``. If nothing is counted it is 0, with zero gradients.

    Raises:
        InputError: (a ValueError) if an argument is outside its range.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 2-4 and section 4.3.
    """

    def __init__(
        self, loss_weight: float = 1.0, top_ratio: float = 1.0, reduction: str = "mean"
    ) -> None:
        super().__init__()
        self.loss_weight = check_loss_weight(loss_weight)
        self.top_ratio = check_unit_interval(top_ratio, "top_ratio", "(0, 1]")
        self.reduction = check_choice("reduction", reduction, REDUCTIONS)

    def forward(
        self,
        logits: Tensor,
        counted: Tensor | None = None,
        enlarging: Enlarging | None = None,
    ) -> Tensor:
        """Weighted, reduced entropy of ``logits`` (N, C, ...) where ``counted`` is true.

        With ``enlarging`` the positions are those of the enlarged logits, which are never whole.
        """
        if self.top_ratio < 1:
            with torch.no_grad():
                values = enlarged_map(entropy, logits, enlarging)
            counted = top_entropy_mask(values, self.top_ratio, counted)
        if self.reduction == "mean":
            return self.loss_weight * enlarged_mean(entropy, logits, enlarging, counted)
        values = enlarged_map(entropy, logits, enlarging)
        if counted is not None:
            values = values * counted
        return self.loss_weight * (values.sum() if self.reduction == "sum" else values)

    def extra_repr(self) -> str:
        return (
            f"loss_weight={self.loss_weight}, top_ratio={self.top_ratio}, "
            f"reduction={self.reduction!r}"
        )
