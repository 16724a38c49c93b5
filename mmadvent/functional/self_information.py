"""Weighted self-information of class logits."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

from mmadvent.functional.class_logits import check_class_logits


def self_information(logits: Tensor) -> Tensor:
    r"""Weighted self-information of each class at each position.

    .. math:: I^{(c)} = \frac{-1}{\log C}\, P^{(c)} \log P^{(c)}, \qquad P = \mathrm{softmax}(x)

    The probabilities come from a log-softmax, so value and gradient are finite for any logits whose
    differences are finite; a class with probability 0 contributes 0. float16 and bfloat16 logits
    are computed in float32.

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.

    Returns:
        (N, C, ...), each value in [0, 1] (at most 1 / (e log C)); the sum over C
        is :func:`entropy`.

    Raises:
        ValueError: if ``logits`` has fewer than 2 dimensions or fewer than 2 classes.

    Source: Vu et al., ADVENT, CVPR 2019, section 3.2 (:math:`I_x`), normalised as in eq. 2.
    """
    return _SelfInformation.apply(check_class_logits(logits))


class _SelfInformation(torch.autograd.Function):
    """With its gradient written out, which takes fewer passes than torch's over the parts."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor) -> Tensor:
        log_probability = F.log_softmax(logits, dim=1)
        ctx.save_for_backward(log_probability)
        return log_probability.exp().mul_(log_probability).mul_(_scale(logits))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (log_probability,) = ctx.saved_tensors
        probability = log_probability.exp()
        own = (log_probability + 1).mul_(gradient).mul_(probability)
        of_others = probability.mul_(own.sum(dim=1, keepdim=True))
        return own.sub_(of_others).mul_(_scale(log_probability))


def _scale(logits: Tensor) -> float:
    return -1 / math.log(logits.shape[1])
