"""Runs one after the other in one process, as apart as in processes of their own."""

import gc
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def separate_run() -> Iterator[None]:
    """Within it a run finds and leaves none of what mmengine and torch keep for a whole process.

    mmengine hands out loggers, message hubs, visualizers and scopes by name, made once: a second
    run of a config would write its scalars into the folder of the first. And a ``Runner`` switches
    on cuDNN's benchmark and, if asked, deterministic algorithms. Memory is free again afterwards.
    """
    import torch
    from mmengine.logging import MMLogger
    from mmengine.utils import ManagerMixin

    kept: dict[Any, OrderedDict] = {kind: kind._instance_dict for kind in _kinds(ManagerMixin)}
    cudnn = torch.backends.cudnn
    benchmark, deterministic = cudnn.benchmark, cudnn.deterministic
    mode = torch.get_deterministic_debug_mode()
    for kind in kept:
        kind._instance_dict = OrderedDict()
    try:
        yield
    finally:
        for logger in MMLogger._instance_dict.values():
            for handler in logger.handlers:
                handler.close()
        for kind in _kinds(ManagerMixin):
            kind._instance_dict = kept.get(kind, OrderedDict())
        cudnn.benchmark, cudnn.deterministic = benchmark, deterministic
        torch.set_deterministic_debug_mode(mode)
        gc.collect()  # hooks and runner refer to one another
        if torch.cuda.is_initialized():
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()


def _kinds(base: Any) -> Iterator[Any]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)
