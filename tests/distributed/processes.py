"""Functions in several processes of one group, and scripts in a process of their own."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 200  # seconds


def run_ranks(function: Callable[[int], Any], count: int = 2) -> list[Any]:
    """What ``function(rank)`` returns in each of ``count`` forked processes joined with gloo.

    Forked, so that what this process imported is not imported again. It must not have run a
    backward pass: torch's autograd does not survive a fork.
    """
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        ranks = [
            fork.Process(target=_run_rank, args=(function, rank, count, folder))
            for rank in range(count)
        ]
        for process in ranks:
            process.start()
        end = time.monotonic() + LIMIT
        for process in ranks:
            process.join(max(end - time.monotonic(), 0))
            if process.exitcode != 0:  # the others would wait for it
                for other in ranks:
                    other.kill()
        codes = [process.exitcode for process in ranks]
        assert codes == [0] * count, f"the processes ended with {codes} (None: after {LIMIT} s)"
        return [torch.load(f"{folder}/{rank}.pth", weights_only=False) for rank in range(count)]


def _run_rank(function: Callable[[int], Any], rank: int, count: int, folder: str) -> None:
    os.environ["LOCAL_RANK"] = str(rank)
    dist.init_process_group("gloo", f"file://{folder}/store", rank=rank, world_size=count)
    torch.save(function(rank), f"{folder}/{rank}.pth")
    dist.barrier()
    dist.destroy_process_group()


def run_script(module: str, folder: Path) -> Any:
    """What ``python -m tests.distributed.MODULE FILE`` saves in the file, run on the CPU."""
    file = folder / f"{module}.pth"
    variables = dict(CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1", MPLBACKEND="Agg")
    done = subprocess.run(
        [sys.executable, "-m", f"tests.distributed.{module}", str(file)],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=2 * LIMIT,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
    return torch.load(file, weights_only=False)
