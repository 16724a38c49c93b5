"""A 3x3 convolution with a quarter of the multiplications, for processors."""

import math
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

INNER = 4  # outputs of a tile, to each side
OUTER = INNER + 2  # inputs that they come from
# F(4, 3) of Lavin and Gray.
OF_INPUT = (
    (4, 0, -5, 0, 1, 0),
    (0, -4, -4, 1, 1, 0),
    (0, 4, -4, -1, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 2, -1, -2, 1, 0),
    (0, 4, 0, -5, 0, 1),
)
OF_WEIGHT = (
    (1 / 4, 0, 0),
    (-1 / 6, -1 / 6, -1 / 6),
    (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6),
    (1 / 24, -1 / 12, 1 / 6),
    (0, 0, 1),
)
OF_OUTPUT = (
    (1, 1, 1, 1, 1, 0),
    (0, 1, -1, 2, -2, 0),
    (0, 1, 1, 4, 4, 0),
    (0, 1, -1, 8, -8, 1),
)


def winograd_conv3x3(images: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """``torch.nn.functional.conv2d(images, weight, bias)`` by Winograd's minimal filtering.

    4x4 outputs of two channels take 36 multiplications in place of 144; the transforms before and
    after grow with the channels alone, so it pays from some hundred channels on. The result is
    exact but for rounding, in float32 about 1e-5 of the largest value. Gradients are of first order
    only.

    Args:
        images: (N, C, H, W) float32 or float64 on the CPU, H and W at least 3; padded already.
        weight: (C', C, 3, 3).
        bias: (C',).

    Returns:
        (N, C', H - 2, W - 2).

    Source: Lavin and Gray, Fast algorithms for convolutional neural networks, CVPR 2016.
    """
    return _Winograd.apply(images, weight, bias)


class _Winograd(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, images: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(images, weight)
        number, _, height, width = images.shape
        down, across = _tiles_of(images)
        products = torch.bmm(_weights(weight), _inputs(images))
        tiles = _matrix(OF_OUTPUT, images.dtype) @ products.flatten(1)
        tiles = tiles.view(INNER, INNER, -1, number, down, across).permute(3, 2, 4, 0, 5, 1)
        found = tiles.reshape(number, -1, down * INNER, across * INNER).add_(bias.view(-1, 1, 1))
        return found[..., : height - 2, : width - 2]

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        images, weight = ctx.saved_tensors
        number, channels, height, width = images.shape
        of_images = of_weight = None
        outputs = _matrix(OF_OUTPUT, images.dtype).T @ _tiles(gradient, INNER, 0, _tiles_of(images))
        outputs = outputs.view(OUTER**2, len(weight), -1)
        if ctx.needs_input_grad[0]:
            tiles = torch.bmm(_weights(weight).transpose(1, 2), outputs).flatten(1)
            tiles = (_matrix(OF_INPUT, images.dtype).T @ tiles).view(OUTER**2, channels, number, -1)
            size = [count * INNER + 2 for count in _tiles_of(images)]
            columns = tiles.permute(2, 1, 0, 3).reshape(number, channels * OUTER**2, -1)
            of_images = F.fold(columns, size, OUTER, stride=INNER)[..., :height, :width]
        if ctx.needs_input_grad[1]:
            products = torch.bmm(outputs, _inputs(images).transpose(1, 2)).flatten(1)
            products = _matrix(OF_WEIGHT, images.dtype).T @ products
            of_weight = products.view(3, 3, -1, channels).permute(2, 3, 0, 1)
        return of_images, of_weight, gradient.sum((0, 2, 3)) if ctx.needs_input_grad[2] else None


def _inputs(images: Tensor) -> Tensor:
    """(36, C, N * tiles)."""
    tiles = _tiles(images, OUTER, 2, _tiles_of(images))
    return (_matrix(OF_INPUT, images.dtype) @ tiles).view(OUTER**2, images.shape[1], -1)


def _weights(weight: Tensor) -> Tensor:
    """(36, C', C)."""
    values = weight.permute(2, 3, 0, 1).reshape(9, -1)
    return (_matrix(OF_WEIGHT, weight.dtype) @ values).view(OUTER**2, *weight.shape[:2])


def _tiles_of(images: Tensor) -> tuple[int, int]:
    height, width = images.shape[-2:]
    return math.ceil((height - 2) / INNER), math.ceil((width - 2) / INNER)


def _tiles(values: Tensor, size: int, border: int, counts: tuple[int, int]) -> Tensor:
    """(size * size, C * N * tiles), with zeros where the last tiles reach further."""
    height, width = (count * INNER + border for count in counts)
    missing = (0, width - values.shape[-1], 0, height - values.shape[-2])
    if any(missing):
        values = F.pad(values, missing)
    views = values.unfold(2, size, INNER).unfold(3, size, INNER)
    return views.permute(4, 5, 1, 0, 2, 3).reshape(size * size, -1)


@lru_cache
def _matrix(rows: tuple, dtype: torch.dtype) -> Tensor:
    """The transform of rows and columns as one."""
    with torch.inference_mode(False):  # kept: a later training uses it too
        matrix = torch.tensor(rows, dtype=torch.float64, device="cpu")
        return torch.kron(matrix, matrix).to(dtype)
