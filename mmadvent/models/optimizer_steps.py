"""Backward passes and steps of mmengine's optimizer wrappers, as the training step needs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mmengine.optim import OptimWrapper
from torch import Tensor

from mmadvent.compat import set_inner_count
from mmadvent.models.running_statistics import kept_running_statistics


def backward(optimizer: OptimWrapper, loss: Tensor, counts: bool = True) -> None:
    """Add gradients as the wrapper would, which counts the iterations that it accumulates.

    ``OptimWrapper.backward`` counts calls; two a step would halve the accumulation.
    """
    count = optimizer.inner_count
    with kept_running_statistics():
        optimizer.backward(optimizer.scale_loss(loss))
    if not counts:
        set_inner_count(optimizer, count)


def step_if_due(optimizer: OptimWrapper, log: dict[str, Tensor]) -> bool:
    """Step, unless gradients are accumulated further; whether it did."""
    due = optimizer.should_update()
    if due:
        with _norms_into(log, optimizer):
            optimizer.step()
        optimizer.zero_grad()
    return due


@contextmanager
def _norms_into(log: dict[str, Tensor], optimizer: OptimWrapper) -> Iterator[None]:
    """Log the norm of clipped gradients with all else: the wrapper would wait for its number."""
    if not optimizer.clip_grad_kwargs:
        yield
        return
    clip = optimizer.clip_func

    def clip_and_note(*args: Any, **kwargs: Any) -> None:
        norm = clip(*args, **kwargs)
        if norm is not None:  # clipped values have none
            log[optimizer.grad_name] = norm

    optimizer.clip_func = clip_and_note
    try:
        yield
    finally:
        optimizer.clip_func = clip
