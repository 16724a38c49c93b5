"""What makes a processor wait for its accelerator, found without an accelerator."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

# Methods that hand a value to Python, and operators whose result's size depends on values.
METHODS = {
    *("item", "tolist", "numpy", "cpu", "__bool__", "__int__", "__float__", "__index__"),
    *("__contains__", "is_nonzero", "equal", "allclose"),
}
OPERATORS = {
    *("_local_scalar_dense", "nonzero", "masked_select", "equal", "is_nonzero", "_unique2"),
    *("unique_consecutive", "unique_dim", "bincount", "repeat_interleave"),
}
INDEXING = {"index", "index_put_", "index_put", "_index_put_impl_"}


class NoMethodWaits(TorchFunctionMode):
    """Raise where Python asks a tensor for a value."""

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        name = getattr(func, "__name__", "")
        assert name not in METHODS, f"{name} waits for the device"
        return func(*args, **(kwargs or {}))


class NoOperatorWaits(TorchDispatchMode):
    """Raise at an operator that waits, forward or backward."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        name = func._schema.name.removeprefix("aten::")
        waits = name in OPERATORS or (name in INDEXING and has_boolean(args[1]))
        assert not waits, f"{name} waits for the device"
        return func(*args, **(kwargs or {}))


def has_boolean(indices: list) -> bool:
    """Whether an index chooses by a mask, so that its size depends on values."""
    return any(isinstance(i, Tensor) and i.dtype in (torch.bool, torch.uint8) for i in indices)
