"""mmengine's mixed precision for accelerators, run on a processor."""

from functools import partial

import pytest
import torch

WRAPPER = "mmengine.optim.optimizer.amp_optimizer_wrapper"


def offer_amp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``AmpOptimWrapper`` run here: its own code, with torch's scaler and autocast of a CPU.

    Its ``dtype`` 'float32' stands for no autocast: then it scales losses and does nothing else.
    """
    monkeypatch.setattr(f"{WRAPPER}.is_cuda_available", lambda: True)
    monkeypatch.setattr(f"{WRAPPER}.GradScaler", partial(torch.amp.GradScaler, "cpu"))
    monkeypatch.setattr("mmengine.runner.amp.autocast", _autocast)


def _autocast(dtype: torch.dtype | None) -> torch.autocast:
    dtype = dtype or torch.float16  # an accelerator's default
    if dtype == torch.float32:
        return torch.autocast("cpu", enabled=False)
    return torch.autocast("cpu", dtype=dtype)
