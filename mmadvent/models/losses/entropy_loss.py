"""The entropy loss of MinEnt."""

import torch
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.checks import check_choice, check_loss_weight, check_unit_interval
from mmadvent.functional import (
    Upsample,
    chunked_map,
    chunked_mean,
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
        top_ratio: share of the positions in the mask of each image, those with the highest entropy,
            that go on counting; in (0, 1]. 0.3 is the paper's entropy range (ER).
        reduction: ``mean`` over the positions in the mask and the batch, ``sum`` over them, or
            ``none``: the weighted map, 0 where a position does not count.

    Shape:
        logits (N, C, ...), and mask, boolean (N, ...), or None for all positions -> scalar, or
        (N, ...) with ``reduction='none'``. If no position counts it is 0, with zero gradients.

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
        mask: Tensor | None = None,
        upsample: Upsample | None = None,
    ) -> Tensor:
        """Weighted, reduced entropy of ``logits`` (N, C, ...) where ``mask`` is true.

        With ``upsample`` the positions are those of the upsampled logits, which are never whole.
        """
        if self.top_ratio < 1:
            with torch.no_grad():
                values = chunked_map(entropy, logits, upsample)
            mask = top_entropy_mask(values, self.top_ratio, mask)
        if self.reduction == "mean":
            return self.loss_weight * chunked_mean(entropy, logits, upsample, mask)
        values = chunked_map(entropy, logits, upsample)
        if mask is not None:
            values = values * mask
        return self.loss_weight * (values.sum() if self.reduction == "sum" else values)

    def extra_repr(self) -> str:
        return (
            f"loss_weight={self.loss_weight}, top_ratio={self.top_ratio}, "
            f"reduction={self.reduction!r}"
        )
