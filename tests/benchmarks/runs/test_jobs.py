"""Jobs come after those that they need, and no more at once than were asked for."""

import threading
import time

import pytest

from benchmarks.runs.jobs import run_jobs

NEEDS = {"a": (), "b": ("a",), "c": ("a",), "d": (), "e": ("b", "d")}


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_order_and_number(at_once: int) -> None:
    lock, running, most, ended = threading.Lock(), set(), 0, []

    def run(job: str) -> str:
        nonlocal most
        with lock:
            assert set(NEEDS[job]) <= set(ended)
            running.add(job)
            most = max(most, len(running))
        time.sleep(0.02)
        with lock:
            running.remove(job)
            ended.append(job)
        return job.upper()

    assert run_jobs(NEEDS, run, at_once) == {job: job.upper() for job in NEEDS}
    assert list(run_jobs(NEEDS, run, at_once)) == list(NEEDS)
    assert most == 1 if at_once == 1 else 1 < most <= at_once
    if at_once == 1:
        assert ended == [*NEEDS, *NEEDS]


def test_after_a_failure_none_begins() -> None:
    begun = []

    def run(job: str) -> None:
        begun.append(job)
        if job == "a":
            raise ValueError("no")
        time.sleep(0.05)

    with pytest.raises(ValueError, match="no"):
        run_jobs(NEEDS, run, 2)
    assert begun == ["a", "d"]  # which began with it
