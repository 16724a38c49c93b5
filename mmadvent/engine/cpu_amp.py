"""Mixed precision on a processor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.optim import OptimWrapper
from mmengine.registry import OPTIM_WRAPPERS
from torch import nn


@OPTIM_WRAPPERS.register_module()
class CPUAmpOptimWrapper(OptimWrapper):
    """mmengine's ``AmpOptimWrapper`` for a processor: bfloat16 autocast, weights in float32.

    Upstream's asks for an accelerator. bfloat16 has the range of float32, so nothing is scaled.
    It is faster only where the processor has bfloat16 instructions (AVX512-BF16, AMX).

    Args:
        kwargs: of :class:`mmengine.optim.OptimWrapper`.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("loss_scale", None)  # of a config that serves accelerators too
        super().__init__(**kwargs)

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Upstream's context, with autocast."""
        with super().optim_context(model), torch.autocast("cpu", dtype=torch.bfloat16):
            yield
