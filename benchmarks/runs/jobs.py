"""Jobs of which some need others, several at once."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


def run_jobs(
    needs: Mapping[Job, Sequence[Job]], run: Callable[[Job], Result], at_once: int = 1
) -> dict[Job, Result]:
    """Run each job once, after those that it needs; first come first.

    After a failure no further job begins; those that run are waited for, and it is raised.

    Args:
        needs: of each job, jobs that come before it.
        run: a job; called in a thread.
        at_once: jobs at the same time.

    Returns:
        What each returned, in the order of ``needs``.
    """
    waiting = list(needs)
    running: dict[Future[Result], Job] = {}
    done: dict[Job, Result] = {}
    with ThreadPoolExecutor(at_once) as pool:
        while waiting or running:
            ready = [job for job in waiting if all(need in done for need in needs[job])]
            for job in ready[: at_once - len(running)]:
                waiting.remove(job)
                running[pool.submit(run, job)] = job
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                done[running.pop(ended)] = ended.result()
    return {job: done[job] for job in needs}
