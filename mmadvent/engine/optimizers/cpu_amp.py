"""Mixed precision on a processor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.optim import OptimWrapper
from mmengine.registry import OPTIM_WRAPPERS
from torch import nn

from mmadvent.errors import InputError

HALF_PRECISION = ("float16", "bfloat16")


@OPTIM_WRAPPERS.register_module()
class CPUAmpOptimWrapper(OptimWrapper):
    """mmengine's ``AmpOptimWrapper`` for a processor: bfloat16 autocast, weights in float32.

    Upstream's asks for an accelerator. bfloat16 has the range of float32, so nothing is scaled.
    It is faster only where the processor has bfloat16 instructions (AVX512-BF16, AMX).

    Args:
        loss_scale: of a config that serves accelerators too; not used.
        dtype: likewise: float16, too, is bfloat16 here.
        kwargs: of :class:`mmengine.optim.OptimWrapper`.

    Raises:
        InputError: if ``dtype`` is not one of half precision.
    """

    def __init__(
        self,
        loss_scale: str | float | dict = "dynamic",
        dtype: str | torch.dtype | None = None,
        **kwargs: Any,
    ) -> None:
        if dtype is not None and str(dtype).removeprefix("torch.") not in HALF_PRECISION:
            raise InputError(
                "optim_wrapper.dtype must be bfloat16, which is what a processor computes in, or "
                f"float16, for which it stands in, got {dtype}"
            )
        super().__init__(**kwargs)

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Upstream's context, with autocast."""
        with super().optim_context(model), torch.autocast("cpu", dtype=torch.bfloat16):
            yield
