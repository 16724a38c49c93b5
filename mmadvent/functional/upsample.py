"""Class logits upsampled to the size of the image: whole, or a few rows at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

# Elements of a block: on a processor a few blocks fit its cache, elsewhere launches are dear.
CPU_BLOCK, BLOCK = 2**18, 2**24


@dataclass(frozen=True)
class Upsample:
    """Bilinear interpolation of logits to the positions that a loss looks at.

    Attributes:
        size: height and width, in pixels.
        align_corners: as in :func:`torch.nn.functional.interpolate`.
    """

    size: tuple[int, int]
    align_corners: bool = False


def upsample_logits(logits: Tensor, upsample: Upsample | None) -> Tensor:
    """The whole of the upsampled logits, (N, C, h, w) -> (N, C, H, W); as they are for None."""
    if upsample is None:
        return logits
    return F.interpolate(
        logits, upsample.size, mode="bilinear", align_corners=upsample.align_corners
    )


@dataclass(frozen=True)
class RowBlock:
    """Some rows of the upsampled logits.

    Attributes:
        logits: (N, C, rows, W).
        rows: which of the upsampled rows they are.
        low: which of the rows before they are made of, two or a few more.
        weights: (rows, low), of each of those in each.
    """

    logits: Tensor
    rows: slice
    low: slice
    weights: Tensor


class UpsampledRows:
    r"""Upsampled logits as blocks of rows, and the gradient's way back from them.

    Bilinear interpolation is a matrix in each direction: :math:`Z = A_y\, z\, A_x^T`.

    Args:
        logits: (N, C, h, w), float32 or float64.
        upsample: what they become: (N, C, H, W).
    """

    def __init__(self, logits: Tensor, upsample: Upsample) -> None:
        count, classes, low_height, low_width = logits.shape
        height, width = upsample.size
        corners = upsample.align_corners
        kind = logits.dtype, logits.device
        self._vertical = _interpolation(low_height, height, corners, *kind)
        self._horizontal = _interpolation(low_width, width, corners, *kind)
        block = CPU_BLOCK if logits.device.type == "cpu" else BLOCK
        rows = max(block // max(count * classes * width, 1), 1)
        self._parts = _parts(low_height, height, corners, rows)
        self._wide = logits @ self._horizontal.T  # (N, C, h, W)
        self._gradient: Tensor | None = None

    def __iter__(self) -> Iterator[RowBlock]:
        for rows, low in self._parts:
            weights = self._vertical[rows, low]
            yield RowBlock(weights @ self._wide[:, :, low], rows, low, weights)

    def add_gradient(self, block: RowBlock, gradient: Tensor) -> None:
        """Take the gradient (N, C, rows, W) of a loss to the logits of ``block``."""
        if self._gradient is None:
            self._gradient = torch.zeros_like(self._wide)
        self._gradient[:, :, block.low] += block.weights.T @ gradient

    def gradient(self) -> Tensor:
        """(N, C, h, w): the gradient to the logits before they were upsampled."""
        assert self._gradient is not None
        return self._gradient @ self._horizontal


@lru_cache(maxsize=32)
def _interpolation(
    small: int, large: int, align_corners: bool, dtype: torch.dtype, device: torch.device
) -> Tensor:
    """(large, small): interpolation along one axis as a matrix."""
    with torch.no_grad():
        unit = torch.eye(small, dtype=dtype, device=device)[None, None]
        upsample = Upsample((large, small), align_corners)
        return upsample_logits(unit, upsample)[0, 0].contiguous()


@lru_cache(maxsize=32)
def _parts(
    small: int, large: int, align_corners: bool, height: int
) -> tuple[tuple[slice, slice], ...]:
    """The upsampled rows, ``height`` of them at a time, and the rows before that they need."""
    matrix = _interpolation(small, large, align_corners, torch.float64, torch.device("cpu"))
    parts = []
    for top in range(0, large, height):
        rows = slice(top, min(top + height, large))
        needed = matrix[rows].any(dim=0).nonzero()[:, 0].tolist()
        parts.append((rows, slice(needed[0], needed[-1] + 1)))
    return tuple(parts)
