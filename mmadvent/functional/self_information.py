"""Weighted self-information of class logits."""

import math

import torch.nn.functional as F
from torch import Tensor

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
    logits = check_class_logits(logits)
    log_probability = F.log_softmax(logits, dim=1)
    return log_probability.exp() * log_probability / -math.log(logits.shape[1])
