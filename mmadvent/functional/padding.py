"""Which positions of a padded batch belong to its images."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def image_mask(images: Tensor, sizes: Sequence[Sequence[int]]) -> Tensor | None:
    """The pixels of a batch that are of its images: padding, below and on the right, is not.

    Args:
        images: (N, C, H, W).
        sizes: height and width of each image before it was padded.

    Returns:
        Boolean (N, H, W); None if no image is padded. Nothing waits for the device.
    """
    height, width = images.shape[2:]
    if all(h >= height and w >= width for h, w in sizes):
        return None
    mask = images.new_zeros((len(images), height, width), dtype=torch.bool)
    for row, (h, w) in zip(mask, sizes, strict=True):
        row[:h, :w] = True
    return mask


def mask_of_cells(mask: Tensor | None, grid: Sequence[int]) -> Tensor | None:
    """The cells of a coarser grid that a pixel of the mask lies in.

    Args:
        mask: boolean (N, H, W), or None for all pixels.
        grid: height h and width w of the grid.

    Returns:
        Boolean (N, h, w), or None for all cells.
    """
    if mask is None or tuple(grid) == tuple(mask.shape[1:]):
        return mask
    return F.adaptive_max_pool2d(mask[:, None].float(), tuple(grid))[:, 0] > 0
