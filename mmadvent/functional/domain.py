"""Loss and accuracy of a domain classifier."""

import torch
import torch.nn.functional as F
from torch import Tensor

SOURCE_LABEL = 1.0
TARGET_LABEL = 0.0


def domain_loss(domain_logits: Tensor, label: float) -> Tensor:
    r"""Binary cross-entropy of domain logits with one domain label for all positions.

    .. math:: L_D(z, y) = -y \log \sigma(z) - (1 - y) \log(1 - \sigma(z)), \text{ averaged}

    Args:
        domain_logits: scores before the sigmoid, any shape; high means source.
        label: :data:`SOURCE_LABEL` (1) or :data:`TARGET_LABEL` (0).

    Returns:
        A scalar >= 0, in float32 for half-precision input.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 7 and 8.
    """
    if domain_logits.dtype in (torch.float16, torch.bfloat16):
        domain_logits = domain_logits.float()
    return F.binary_cross_entropy_with_logits(domain_logits, torch.full_like(domain_logits, label))


def domain_accuracy(source_logits: Tensor, target_logits: Tensor) -> Tensor:
    """Share of positions that a discriminator assigns to the right domain.

    The two domains count equally, whatever their sizes.

    Args:
        source_logits: domain logits of source maps, any shape.
        target_logits: domain logits of target maps, any shape.

    Returns:
        A scalar in [0, 1]; 0.5 is chance: the discriminator no longer tells the domains apart.
    """
    right_source = (source_logits > 0).float().mean()
    right_target = (target_logits <= 0).float().mean()
    return (right_source + right_target) / 2
