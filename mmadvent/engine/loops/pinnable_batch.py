"""Batches whose data samples lie in pinned memory too."""

from collections.abc import Callable, Mapping
from typing import Any

from mmengine.structures import BaseDataElement
from torch import Tensor


class PinnableBatch:
    """A batch of which a dataloader with ``pin_memory`` pins the data samples too.

    Torch pins tensors, lists and dicts, and whatever has ``pin_memory``, which OpenMMLab's data
    elements have not: a label map would wait until the device has done all that it was asked to.

    Args:
        contents: as OpenMMLab collates it.
    """

    def __init__(self, contents: Any) -> None:
        self.contents = contents

    def pin_memory(self, *_: Any) -> "PinnableBatch":
        """The same batch in pinned memory."""
        return PinnableBatch(applied(Tensor.pin_memory, self.contents))


class PinnableCollate:
    """A collate function whose batches are :class:`PinnableBatch`."""

    def __init__(self, collate: Callable) -> None:
        self.collate = collate

    def __call__(self, samples: list) -> PinnableBatch:
        return PinnableBatch(self.collate(samples))


def applied(function: Callable[[Tensor], Tensor], data: Any) -> Any:
    """Data with a function applied to every tensor of its lists, dicts and data elements."""
    if isinstance(data, Tensor):
        return function(data)
    if isinstance(data, BaseDataElement):
        new = data.new()
        for key, value in data.items():
            new.set_data({key: applied(function, value)})
        return new
    if isinstance(data, Mapping):
        return {key: applied(function, value) for key, value in data.items()}
    if type(data) in (list, tuple):
        return type(data)(applied(function, value) for value in data)
    return data
