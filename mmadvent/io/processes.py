"""Work on many files at once."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

from mmadvent.errors import InputError

Job = TypeVar("Job")
Result = TypeVar("Result")


def check_workers(workers: int) -> None:
    """Check a number of processes.

    Raises:
        InputError: if it is below 1.
    """
    if workers < 1:
        raise InputError(f"workers must be 1 or more, got {workers}")


def map_in_processes(
    function: Callable[[Job], Result], jobs: Sequence[Job], workers: int
) -> Iterator[Result]:
    """The results of ``function`` over ``jobs``, in their order.

    Args:
        function: What to do; with more than one worker it must be picklable.
        jobs: Its arguments.
        workers: Number of processes, at least 1, which works in this process; more than there are
            jobs are not started.
    """
    workers = min(workers, len(jobs))
    if workers <= 1:
        yield from map(function, jobs)
        return
    # A forked worker need not import the package again, which takes seconds; the callers start
    # no threads that a fork could break.
    method = "fork" if sys.platform == "linux" else "spawn"
    context = get_context(method)
    with ProcessPoolExecutor(workers, context, initializer=end_with_parent) as pool:
        try:
            chunk = max(1, min(8, len(jobs) // (workers * 4)))
            yield from pool.map(function, jobs, chunksize=chunk)
        except BaseException:
            # Do not finish the queue after an error or Ctrl-C.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def end_with_parent() -> None:
    """Have this process end when the one that started it does, whatever ends that.

    A worker whose parent was killed would wait for its next job for ever.
    """
    parent = parent_process()
    if parent is not None:
        Thread(target=_await, args=(parent,), daemon=True).start()


def _await(parent: Any) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)  # an exit here would end the thread alone


def progress_bar(total: int, unit: str, items: Iterable | None = None) -> Any:
    """A bar on stderr, shown if that is a terminal.

    Go through ``items`` with it, or call ``update()`` after each of ``total``.
    """
    # Imported late: tqdm need not be installed for the rest of the package.
    from tqdm import tqdm

    # Its monitor is a thread, and workers are forked best from a process without threads.
    tqdm.monitor_interval = 0
    return tqdm(items, total=total, unit=unit, disable=None)
