"""Running statistics of norms while gradients are computed."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook


@contextmanager
def kept_running_statistics() -> Iterator[None]:
    """Put it around a backward pass: no norm counts a batch that its forward pass has counted.

    Activation checkpointing (``with_cp`` of OpenMMLab's backbones) repeats forwards within the
    backward pass, and a norm in training mode would update its running statistics, and its counter
    of batches, a second time. Within this context it writes on copies. It normalises as ever, with
    the statistics of the batch.

    Without checkpointing no forward runs within it, and it costs nothing. It holds for every module
    of the process, a model's or another's.
    """
    kept: dict[nn.Module, dict[str, Tensor]] = {}

    def give_copies(module: nn.Module, inputs: object) -> None:
        if module.training and hasattr(module, "running_mean") and module not in kept:
            kept[module] = dict(module.named_buffers(recurse=False))
            for name, buffer in kept[module].items():
                setattr(module, name, buffer.clone())

    # Of all modules rather than of the norms of one model: there is nothing to look for.
    handle = register_module_forward_pre_hook(give_copies)
    try:
        yield
    finally:
        handle.remove()
        for module, buffers in kept.items():
            for name, buffer in buffers.items():
                setattr(module, name, buffer)
