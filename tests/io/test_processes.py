"""Work in processes gives what work in one gives."""

import io
import os
import subprocess
import sys
import time

import pytest

from mmadvent.errors import InputError
from mmadvent.io.processes import check_workers, map_in_processes, progress_bar


def square(number: int) -> tuple[int, int]:
    if number < 0:
        raise InputError("no negative numbers")
    return number * number, os.getpid()


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_jobs(workers: int) -> None:
    results = list(map_in_processes(square, range(30), workers))
    assert [result for result, _ in results] == [number**2 for number in range(30)]
    assert ({process for _, process in results} == {os.getpid()}) == (workers == 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_no_jobs(workers: int) -> None:
    assert list(map_in_processes(square, [], workers)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_reaches_the_caller(workers: int) -> None:
    with pytest.raises(InputError, match="^no negative numbers$"):
        list(map_in_processes(square, [1, 2, -1, 3], workers))


def test_no_more_workers_than_jobs() -> None:
    results = list(map_in_processes(square, [2], 10**9))
    assert results == [(4, os.getpid())]
    assert [result for result, _ in map_in_processes(square, [2, 3], 10**9)] == [4, 9]


def test_number_of_workers() -> None:
    check_workers(1)
    with pytest.raises(InputError) as caught:
        check_workers(0)
    assert str(caught.value) == "workers must be 1 or more, got 0"


PARENT = """
import os, sys, time
from mmadvent.io.processes import map_in_processes
def job(number):
    # Whole: both write to one pipe, and an unbuffered print would write the line in two.
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(600)
list(map_in_processes(job, range(4), 2))
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks for processes in /proc")
def test_workers_end_with_their_parent_even_if_it_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    assert all(_runs(worker) for worker in workers)
    parent.kill()
    parent.wait()
    begin = time.monotonic()
    while any(_runs(worker) for worker in workers):
        assert time.monotonic() < begin + 30
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr("sys.stderr", stream)
        with progress_bar(3, "image") as bar:
            for _ in range(3):
                bar.update()
        assert ("3/3" in stream.getvalue()) == shown
        assert list(progress_bar(2, "image", iter("ab"))) == ["a", "b"]
        assert ("2/2" in stream.getvalue()) == shown
