"""Functions in processes of one group, and steps of theirs that are timed in turns."""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

from benchmarks.speed import memory

COUNT = 2
LIMIT = timedelta(minutes=5)
Step = Callable[[], object]


def in_processes(function: Callable[..., Any], *args: object) -> list[Any]:
    """What a function of a module gives in each of the processes, which gloo joins.

    Each has one thread. The function gets the process's number and ``args``.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(memory.PRELOADED)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(COUNT, mp_context=context) as pool,
    ):
        store = Path(folder, "store").as_uri()
        ranks = [pool.submit(_rank, rank, store, function, args) for rank in range(COUNT)]
        return [rank.result() for rank in ranks]


def take_turns(
    rank: int, make: Callable[..., tuple[Step, Step]], repeats: int, *args: object
) -> dict[str, list[float]]:
    """Seconds of one process alone, of all that send nothing, and of all that do.

    Args:
        rank: the process's number; the first one is alone.
        make: gives the step that sends nothing and the one that does.
        repeats: timed rounds, after one that does not count.
        args: of ``make``.
    """
    plain, joined = make(*args)
    turns = [("alone", plain, rank == 0), ("beside", plain, True), ("joined", joined, True)]
    seconds: dict[str, list[float]] = {name: [] for name, _, _ in turns}
    for number in range(1 + repeats):
        for name, step, takes_part in turns:
            dist.barrier()
            if takes_part:
                start = time.perf_counter()
                step()
                if number > 0:
                    seconds[name].append(time.perf_counter() - start)
    return seconds


def _rank(rank: int, store: str, function: Callable[..., Any], args: tuple) -> Any:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", store, rank=rank, world_size=COUNT, timeout=LIMIT)
    try:
        result = function(rank, *args)
        dist.barrier()  # nobody leaves while another still listens
        return result
    finally:
        dist.destroy_process_group()
