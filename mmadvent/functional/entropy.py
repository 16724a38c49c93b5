"""Normalised Shannon entropy of class logits, and the mask of its highest values."""

import math

import torch
from torch import Tensor

from mmadvent.functional.class_logits import positions_in_a_row
from mmadvent.functional.self_information import self_information

SLACK = 1e-9  # keeps 0.3 * 10 at 3 positions: the product is 3.0000000000000004 or so


def entropy(logits: Tensor) -> Tensor:
    r"""Shannon entropy of the class distribution at each position, normalised to [0, 1].

    .. math:: E = \frac{-1}{\log C} \sum_c P^{(c)} \log P^{(c)}

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.

    Returns:
        (N, ...): 0 for a certain prediction, 1 for a uniform one.

    Raises:
        ValueError: as :func:`self_information`.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 2.
    """
    values = self_information(logits).sum(dim=1)
    with torch.no_grad():  # the rounded sum may exceed 1; its gradient is not to be cut
        return values.clamp_(max=1)


def top_entropy_mask(entropies: Tensor, top_ratio: float, mask: Tensor | None = None) -> Tensor:
    """Mark, in each image, the share of positions with the highest entropy.

    Exactly ``ceil(top_ratio * positions)`` positions of each image are marked; among equal
    entropies the choice is arbitrary. No gradient flows through the choice.

    Args:
        entropies: (N, ...), none below 0.
        top_ratio: the share to mark, in (0, 1].
        mask: boolean (N, ...), the positions that the share is of; None for all of them.

    Returns:
        A boolean tensor of the shape of ``entropies``.

    Raises:
        ValueError: if ``top_ratio`` is outside (0, 1].

    Source: Vu et al., ADVENT, CVPR 2019, section 4.3 (specific entropy ranges).
    """
    if not 0 < top_ratio <= 1:
        raise ValueError(f"top_ratio must be in (0, 1], got {top_ratio}")
    flat = positions_in_a_row(entropies.detach())
    marked = torch.zeros_like(flat, dtype=torch.bool)
    if mask is None:
        highest = flat.topk(_share(top_ratio, flat.shape[1]), dim=1, sorted=False).indices
        return marked.scatter_(1, highest, True).view_as(entropies)
    mask = positions_in_a_row(mask)
    numbers = (top_ratio * mask.sum(dim=1).double() - SLACK).ceil()
    # Below every entropy: the positions that do not count come last. No image marks more of them
    # than if all counted; to ask how many the most is would be to wait for the device.
    most = _share(top_ratio, flat.shape[1])
    ranked = flat.masked_fill(~mask, -1.0).topk(most, dim=1).indices
    among_first = torch.arange(most, device=flat.device) < numbers[:, None]
    return marked.scatter_(1, ranked, among_first).view_as(entropies)


def _share(ratio: float, positions: int) -> int:
    return math.ceil(ratio * positions - SLACK)
