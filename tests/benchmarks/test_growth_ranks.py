"""Processes of one group, and the turns that they take."""

import os
import time

import pytest
import torch
import torch.distributed as dist

from benchmarks.growth_ranks import COUNT, in_processes, take_turns
from benchmarks.speed import memory

ALONE = 0.05  # seconds


@pytest.fixture(autouse=True)
def light(monkeypatch):
    monkeypatch.setattr(memory, "PRELOADED", ["torch"])


def meet(rank: int, added: int) -> tuple[int, int, int]:
    """What every process adds up to, its threads, its id."""
    total = torch.tensor(rank + added)
    dist.all_reduce(total)
    return int(total), torch.get_num_threads(), os.getpid()


def test_processes_are_joined_and_have_one_thread_each():
    found = in_processes(meet, 10)
    assert [part[:2] for part in found] == [(0 + 1 + 2 * 10, 1)] * COUNT
    assert len({os.getpid(), *(part[2] for part in found)}) == 1 + COUNT


def steps(seconds: float):
    """One that sends nothing, and one that needs all processes."""

    def joined() -> None:
        total = torch.ones(1)
        dist.all_reduce(total)
        assert total == COUNT

    return lambda: time.sleep(seconds), joined


def test_turns_are_timed_after_a_round_that_does_not_count():
    first, second = in_processes(take_turns, steps, 2, ALONE)
    assert {name: len(values) for name, values in first.items()} == dict(
        alone=2, beside=2, joined=2
    )
    assert {name: len(values) for name, values in second.items()} == dict(
        alone=0, beside=2, joined=2
    )
    assert min(first["alone"] + first["beside"] + second["beside"]) >= ALONE
