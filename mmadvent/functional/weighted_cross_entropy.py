"""Cross-entropy with a weight for each position."""

import torch.nn.functional as F
from torch import Tensor

from mmadvent.functional.chunked_upsampling import check_positions, chunked_sums
from mmadvent.functional.class_logits import positions_in_a_row
from mmadvent.functional.pseudo_labels import NO_LABEL
from mmadvent.functional.upsample import Upsample


def weighted_cross_entropy(
    logits: Tensor,
    labels: Tensor,
    weights: Tensor,
    upsample: Upsample | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    r"""Cross-entropy of all positions, each with its own weight.

    .. math:: L = \frac{-1}{n} \sum_{h, w} q^{(h, w)} \log P^{(h, w, y)}

    The mean is over all n positions of the mask, those without a label or weight included, as DACS
    has it: what is unsure makes the loss smaller.

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.
        labels: integers (N, ...), a class or :data:`NO_LABEL` (255).
        weights: q >= 0, (N, ...).
        upsample: how the logits get to the positions of the labels; None if they are there.
        mask: boolean (N, ...), the positions that count at all; None for all of them.

    Returns:
        A scalar >= 0.

    Raises:
        ValueError: if labels, weights or mask have another shape than the positions.

    Source: Tranheden et al., DACS, WACV 2021.
    """
    check_positions("mask", mask, logits, upsample)
    if mask is not None:
        weights = weights * mask
    (sums,) = chunked_sums(_weighted, logits, upsample, labels.long(), weights)
    return sums.sum() / (labels.numel() if mask is None else mask.sum().clamp(min=1))


def _weighted(logits: Tensor, labels: Tensor, weights: Tensor) -> tuple[Tensor]:
    losses = F.cross_entropy(logits, labels, ignore_index=NO_LABEL, reduction="none")
    return (positions_in_a_row(losses * weights).sum(dim=1),)
