"""Let torch load the training state in checkpoints without giving up ``weights_only``.

Since torch 2.6 ``torch.load`` refuses classes that nobody vouched for, and mmengine's checkpoints
hold such classes: the log's history buffers, made of numpy arrays (mmengine/runner/checkpoint.py).
Neither resuming nor testing works until they are vouched for. ``weights_only=False`` would let a
downloaded checkpoint run any code instead.

The onedl line vouches for some of them during each load of its own, and torch forgets them all
afterwards, ours included; what it misses it loads with ``weights_only=False``. Both lines load what
they fetch from an address without saying ``weights_only``, which there means False.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

__all__ = ["allow_training_state", "load_weights_only"]

# numpy 1 wrote the first name, numpy 2 writes the second.
_NUMPY_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray")


def _statistics_method(owner: Any, name: str) -> Callable[..., Any]:
    """What stands for ``getattr`` in a checkpoint: gives the statistics of a history buffer only.

    A buffer pickles its table of methods as ``getattr(HistoryBuffer, 'mean')``. The real getattr
    would let a crafted file reach into any module.

    Raises:
        ValueError: if anything else is asked for.
    """
    from mmengine.logging import HistoryBuffer

    if owner is not HistoryBuffer or name not in HistoryBuffer._statistics_methods:
        raise ValueError(
            "a checkpoint may only take a statistic from HistoryBuffer, but took "
            f"{name!r} from {owner!r}"
        )
    return HistoryBuffer._statistics_methods[name]


def allow_training_state() -> None:
    """Vouch for what OpenMMLab's checkpoints and numpy's random states hold.

    Calling it again changes nothing.
    """
    import numpy as np
    import torch
    from mmengine.logging import HistoryBuffer

    HistoryBuffer()  # fills the class's table of statistics
    multiarray = import_module("numpy._core.multiarray")
    named: list[Any] = [(_statistics_method, "builtins.getattr")]
    for module in _NUMPY_MODULES:
        named.append((multiarray._reconstruct, f"{module}._reconstruct"))
        named.append((multiarray.scalar, f"{module}.scalar"))
    # The onedl line's own list would make torch forget ours; ours holds all of it.
    loading: Any = import_module("mmengine.runner.checkpoint")
    if hasattr(loading, "get_torch_safe_globals"):
        loading.get_torch_safe_globals = list

    dtypes = [type(np.dtype(code)) for code in np.typecodes["All"] if code not in "OV"]
    torch.serialization.add_safe_globals(
        [HistoryBuffer, np.ndarray, np.dtype, slice, *dtypes, *named]
    )


def load_weights_only() -> None:
    """Have mmengine load every checkpoint with ``weights_only=True``: files, URLs, model zoos.

    All its loaders end in these two functions. Calling it again changes nothing.
    """
    loading: Any = import_module("mmengine.runner.checkpoint")
    if hasattr(loading, "_safe_torch_load"):  # the onedl line's
        loading._safe_torch_load = _load
    if not isinstance(loading.load_url, partial):
        loading.load_url = partial(loading.load_url, weights_only=True)


def _load(file: Any, map_location: Any = None, weights_only: bool | None = None) -> Any:
    import torch

    return torch.load(file, map_location=map_location, weights_only=True)
