"""Functions of upsampled logits that never hold the upsampled logits as a whole.

At the size of the image the logits of one pixel take 76 bytes (19 classes in float32), and a loss
written with torch's functions keeps several such tensors for its gradient. Here a few rows are
upsampled at a time, and what is kept is of the size before.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from mmadvent.functional.class_logits import check_class_logits, full_precision
from mmadvent.functional.masked_mean import masked_mean
from mmadvent.functional.upsample import Upsample, UpsampledRows

Sums = Callable[..., tuple[Tensor, ...]]
Map = Callable[[Tensor], Tensor]


def chunked_sums(
    function: Sums, logits: Tensor, upsample: Upsample | None, *maps: Tensor | None
) -> tuple[Tensor, ...]:
    """Sums over the positions of each image, the first of them with a gradient.

    The gradient is taken in the same pass, block of rows by block of rows, and kept at the size of
    ``logits``: there is no second derivative.

    Args:
        function: takes logits (N, C, rows, W), with the same rows of each map, and returns sums
            over these positions of tensors of shape (N,): the first is differentiated by torch, the
            others are summed only. With ``upsample`` None it takes everything at once.
        logits: (N, C, h, w); float16 and bfloat16 are computed in float32.
        upsample: to which size (H, W); None for as they are, of any shape (N, C, ...).
        maps: (N, H, W) each, or None.

    Returns:
        What ``function`` returns, of all positions.

    Raises:
        ValueError: if a map has another shape than the positions.
    """
    logits = check_class_logits(logits)
    for part in maps:
        check_positions("a mask or map", part, logits, upsample)
    if upsample is None:
        sums, *others = function(logits, *maps)
        return sums, *(other.detach() for other in others)
    return _ChunkedSums.apply(logits, function, upsample, maps)


def check_positions(
    name: str, values: Tensor | None, logits: Tensor, upsample: Upsample | None
) -> None:
    """Check that there is a value for each position of the logits.

    Raises:
        ValueError: if they have another shape, which would be stretched or cut without a word.
    """
    whole = logits.shape[2:] if upsample is None else upsample.size
    positions = (len(logits), *whole)
    if values is not None and values.shape != positions:
        raise ValueError(
            f"{name} must have the shape {positions} of the logits' positions, "
            f"got {tuple(values.shape)}"
        )


def chunked_mean(
    function: Map, logits: Tensor, upsample: Upsample | None, mask: Tensor | None = None
) -> Tensor:
    """Mean of a value where the mask is true, over the whole batch.

    Args:
        function: takes logits (N, C, ...) and returns a value for each position, (N, ...).
        logits: as for :func:`chunked_sums`.
        upsample: as for :func:`chunked_sums`.
        mask: boolean (N, H, W), or as the positions are; None for all of them.

    Returns:
        A scalar; 0, with a zero gradient, if no position counts.
    """
    if upsample is None:
        return masked_mean(chunked_map(function, logits, None), mask)

    def sums(block: Tensor, mask: Tensor | None) -> tuple[Tensor]:
        values = function(block)
        return ((values if mask is None else values * mask).flatten(1).sum(dim=1),)

    (total,) = chunked_sums(sums, logits, upsample, mask)
    if mask is None:
        return total.sum() / (len(logits) * upsample.size[0] * upsample.size[1])
    return total.sum() / mask.sum().clamp(min=1)


def chunked_map(
    function: Map,
    logits: Tensor,
    upsample: Upsample | None,
    dtype: torch.dtype | None = None,
) -> Tensor:
    """A function of the logits at each position, whole; its gradient computes the blocks anew.

    Args:
        function: takes logits (N, C, ...) and returns (N, ...), with further axes before the
            positions or without, each position for itself.
        logits: as for :func:`chunked_sums`.
        upsample: as for :func:`chunked_sums`.
        dtype: what the map is rounded to, block by block; None for that of the values.

    Returns:
        For example (N, C, H, W) or (N, H, W). There is no second derivative.
    """
    logits = check_class_logits(logits)
    if upsample is None:
        values = function(logits)
        return values if dtype is None else values.to(dtype)
    return _ChunkedMap.apply(logits, function, upsample, dtype)


class _ChunkedSums(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        logits: Tensor,
        function: Sums,
        upsample: Upsample,
        maps: tuple[Tensor | None, ...],
    ) -> tuple[Tensor, ...]:
        differentiated = ctx.needs_input_grad[0]
        totals: list[Tensor] = []
        with full_precision(logits):
            blocks = UpsampledRows(logits, upsample)
            for block in blocks:
                parts = [None if part is None else part[:, block.rows] for part in maps]
                with torch.set_grad_enabled(differentiated):
                    sums = function(block.logits.requires_grad_(differentiated), *parts)
                if differentiated:
                    ones = torch.ones_like(sums[0])
                    (gradient,) = torch.autograd.grad(sums[0], block.logits, ones)
                    blocks.add_gradient(block, gradient)
                values = [part.detach() for part in sums]
                totals = [a + b for a, b in zip(totals, values, strict=True)] if totals else values
            if differentiated:
                ctx.save_for_backward(blocks.gradient())
        ctx.mark_non_differentiable(*totals[1:])
        return tuple(totals)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        (of_sums,) = ctx.saved_tensors
        return of_sums * gradient.view(-1, 1, 1, 1), None, None, None


class _ChunkedMap(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, logits: Tensor, function: Map, upsample: Upsample, dtype: torch.dtype | None
    ) -> Tensor:
        ctx.function, ctx.upsample = function, upsample
        ctx.save_for_backward(logits)
        whole: Tensor | None = None
        with full_precision(logits):
            for block in UpsampledRows(logits, upsample):
                values = function(block.logits)
                if whole is None:
                    whole = values.new_empty(*values.shape[:-2], *upsample.size, dtype=dtype)
                whole[..., block.rows, :] = values
        assert whole is not None
        return whole

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        (logits,) = ctx.saved_tensors
        with full_precision(logits):
            blocks = UpsampledRows(logits, ctx.upsample)
            for block in blocks:
                with torch.enable_grad():
                    values = ctx.function(block.logits.requires_grad_())
                of_values = gradient[..., block.rows, :].to(values.dtype)
                blocks.add_gradient(block, torch.autograd.grad(values, block.logits, of_values)[0])
        return blocks.gradient(), None, None, None
