"""The losses and the discriminator of the released code."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

IGNORED = 255
SMALLEST = 1e-30  # keeps the logarithm of a probability of 0 finite


def upsample_logits(logits: Tensor, size: tuple[int, int]) -> Tensor:
    """Bilinear, corners aligned."""
    return F.interpolate(logits, size=size, mode="bilinear", align_corners=True)


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean over the labelled pixels: (N, C, H, W) and (N, H, W) -> scalar."""
    labeled = (labels >= 0) & (labels != IGNORED)
    rows = logits.permute(0, 2, 3, 1).contiguous()
    rows = rows[labeled[..., None].expand_as(rows)].view(-1, logits.shape[1])
    return F.cross_entropy(rows, labels[labeled])


def self_information(probability: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, C, H, W), eq. 2 without its sum."""
    return -probability * torch.log2(probability + SMALLEST) / math.log2(probability.shape[1])


def entropy(probability: Tensor) -> Tensor:
    """Eq. 3 as a mean over the pixels: (N, C, H, W) -> scalar."""
    count, classes, height, width = probability.shape
    total = -torch.sum(probability * torch.log2(probability + SMALLEST))
    return total / (count * height * width * math.log2(classes))


def domain_loss(domain_logits: Tensor, label: float) -> Tensor:
    """Cross-entropy of one domain for all positions."""
    labels = torch.full_like(domain_logits, label)
    return F.binary_cross_entropy_with_logits(domain_logits, labels)


def discriminator(classes: int, width: int = 64) -> nn.Sequential:
    """Five 4x4 convolutions of stride 2."""
    layers: list[nn.Module] = []
    before = classes
    for after in (width, 2 * width, 4 * width, 8 * width):
        layers += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
        before = after
    return nn.Sequential(*layers, nn.Conv2d(before, 1, 4, 2, 1))
