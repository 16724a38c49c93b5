"""What every function of class logits asks of them."""

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor


def at_least_float32(values: Tensor) -> Tensor:
    """The values, in float32 if they are in float16 or bfloat16."""
    return values.float() if values.dtype in (torch.float16, torch.bfloat16) else values


def full_precision(values: Tensor) -> AbstractContextManager:
    """Matrices are multiplied as they are: autocast would round them, and float16 overflow."""
    device = values.device.type
    if not torch.amp.is_autocast_available(device):
        return nullcontext()
    return torch.autocast(device, enabled=False)


def positions_in_a_row(values: Tensor) -> Tensor:
    """Values (N, ...) as (N, positions); (N,), one position an image, become (N, 1)."""
    return values.unsqueeze(-1).flatten(1)


def check_class_logits(logits: Tensor) -> Tensor:
    """The logits of shape (N, C, ...), in float32 if they are in less.

    Raises:
        ValueError: if they have fewer than 2 dimensions or fewer than 2 classes.
    """
    if logits.dim() < 2 or logits.shape[1] < 2:
        raise ValueError(
            f"logits must have the shape (N, C, ...) with C >= 2, got {tuple(logits.shape)}"
        )
    return at_least_float32(logits)
