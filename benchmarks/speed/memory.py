"""Peak memory of a function in a process of its own."""

import gc
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import torch

MIB = 2**20
# Imported before the processes part: all begin alike, whatever their side needs.
PRELOADED = ["mmadvent.segmentation", "benchmarks.speed.ours", "benchmarks.speed.released"]


def peak_memory(side: Callable[..., Callable[[], object]], *args: object) -> tuple[float, float]:
    """MiB of resident memory that a function needs at its worst.

    Args:
        side: a function of a module, which prepares and returns the function that is measured.
        args: of ``side``.

    Returns:
        The peak of the process, and what of it was not there before the function was called.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_measure, torch.get_num_threads(), side, args).result()


def _measure(
    threads: int, side: Callable[..., Callable[[], object]], args: tuple
) -> tuple[float, float]:
    torch.set_num_threads(threads)
    run = side(*args)
    gc.collect()
    before = _status("VmRSS")
    # The kernel's way to set the highest value back to the present one.
    Path("/proc/self/clear_refs").write_text("5")
    run()
    peak = _status("VmHWM")
    return peak, max(peak - before, 0.0)


def _status(key: str) -> float:
    """A line of Linux's process status, in MiB."""
    found = re.search(rf"^{key}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024 / MIB
