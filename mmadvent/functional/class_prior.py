"""Penalty of classes that are predicted too rarely."""

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from mmadvent.functional.chunked_upsampling import chunked_sums
from mmadvent.functional.class_logits import check_class_logits
from mmadvent.functional.upsample import Upsample


def class_prior_loss(
    logits: Tensor,
    prior: Sequence[float] | Tensor,
    relaxation: float = 0.5,
    mask: Tensor | None = None,
    upsample: Upsample | None = None,
) -> Tensor:
    r"""How far the mean prediction of each image falls short of a class prior.

    .. math::
        L_{cp} = \sum_c \max\left(0,\; \mu\, p_s^{(c)} - \mathrm{mean}_{positions}\, P^{(c)}\right)

    One-sided: a class that is predicted more often than the prior says costs nothing. float16 and
    bfloat16 logits are computed in float32.

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.
        prior: the paper's :math:`p_s`, the share of each class in the source's labels, length C.
        relaxation: the paper's :math:`\mu` in [0, 1]; 0 asks for nothing, 1 for the whole prior.
        mask: boolean (N, ...), the positions that the mean is over; None for all of them.
        upsample: how the logits get to the positions; None if they are there.

    Returns:
        (N,), each value in [0, relaxation]; 0, with a zero gradient, for an image of which nothing
        counts.

    Raises:
        ValueError: if ``logits`` has fewer than 2 classes, or ``prior`` has another length.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 10.
    """
    logits = check_class_logits(logits)
    if len(prior) != logits.shape[1]:
        raise ValueError(
            f"prior must have one share for each of the {logits.shape[1]} classes of the logits, "
            f"got {len(prior)}"
        )
    if not isinstance(prior, Tensor):
        prior = _shares(tuple(prior), logits.dtype, logits.device)
    wanted = relaxation * prior.to(logits)
    with torch.no_grad():
        probabilities, number = chunked_sums(_probabilities, logits, upsample, mask)
        mean = probabilities / number.clamp(min=1)
        # The sum over the classes that fall short is linear in the probabilities.
        short = (mean < wanted) & (number > 0)
        factors = -(short / number.clamp(min=1))

    def weighted(logits: Tensor, mask: Tensor | None) -> tuple[Tensor]:
        sums, _ = _probabilities(logits, mask)
        return ((factors * sums).sum(dim=1),)

    (sums,) = chunked_sums(weighted, logits, upsample, mask)
    return (short * wanted).sum(dim=1) + sums


@lru_cache(maxsize=8)
def _shares(prior: tuple[float, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """Moved once: each move from the host waits for the device."""
    return torch.tensor(prior, dtype=dtype, device=device)


def _probabilities(logits: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """(N, C): the sum of each class's probability, and (N, 1): the number of positions."""
    probability = logits.softmax(dim=1).reshape(*logits.shape[:2], -1)
    if mask is None:
        number = probability.new_full((len(logits), 1), probability.shape[2])
        return probability.sum(dim=2), number
    mask = mask.reshape(len(mask), 1, -1)
    return (probability * mask).sum(dim=2), mask.sum(dim=2).to(probability.dtype)
