"""Loss and accuracy of a domain classifier."""

import torch
import torch.nn.functional as F
from torch import Tensor

from mmadvent.functional.class_logits import at_least_float32
from mmadvent.functional.masked_mean import masked_mean

SOURCE_LABEL = 1.0
TARGET_LABEL = 0.0
DOMAIN_OBJECTIVES = ("cross_entropy", "least_squares")


def domain_loss(
    domain_logits: Tensor,
    label: float,
    objective: str = "cross_entropy",
    mask: Tensor | None = None,
) -> Tensor:
    r"""Loss of domain logits with one domain label for all positions, averaged.

    .. math::
        \text{cross\_entropy: }\ & L_D(z, y) = -y \log \sigma(z) - (1 - y) \log(1 - \sigma(z)) \\
        \text{least\_squares: }\ & L_D(z, y) = (z - y)^2

    Args:
        domain_logits: scores, any shape, before the sigmoid for the cross-entropy; high means
            source.
        label: :data:`SOURCE_LABEL` (1) or :data:`TARGET_LABEL` (0).
        objective: one of :data:`DOMAIN_OBJECTIVES`.
        mask: boolean of the same shape, the positions that count; None for all of them.

    Returns:
        A scalar >= 0, in float32 for half-precision input.

    Raises:
        ValueError: if the objective is another one.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 7 and 8; Mao et al., LSGAN, ICCV 2017.
    """
    if objective not in DOMAIN_OBJECTIVES:
        raise ValueError(f"objective must be one of {DOMAIN_OBJECTIVES}, got {objective!r}")
    domain_logits = at_least_float32(domain_logits)
    labels = torch.full_like(domain_logits, label)
    loss = F.mse_loss if objective == "least_squares" else F.binary_cross_entropy_with_logits
    if mask is None:
        return loss(domain_logits, labels)
    return masked_mean(loss(domain_logits, labels, reduction="none"), mask)


def domain_accuracy(
    source_logits: Tensor,
    target_logits: Tensor,
    objective: str = "cross_entropy",
    source_mask: Tensor | None = None,
    target_mask: Tensor | None = None,
) -> Tensor:
    """Share of positions that a discriminator assigns to the right domain.

    The two domains count equally, whatever their sizes.

    Args:
        source_logits: domain logits of source maps, any shape.
        target_logits: domain logits of target maps, any shape.
        objective: what they were trained with: above 0 means source for the cross-entropy, above
            1/2, the middle of the labels, for least squares.
        source_mask, target_mask: boolean, the positions that count; None for all of them.

    Returns:
        A scalar in [0, 1]; 0.5 is chance: the discriminator no longer tells the domains apart.
    """
    middle = 0.5 if objective == "least_squares" else 0.0
    right_source = masked_mean((source_logits > middle).float(), source_mask)
    right_target = masked_mean((target_logits <= middle).float(), target_mask)
    return (right_source + right_target) / 2
