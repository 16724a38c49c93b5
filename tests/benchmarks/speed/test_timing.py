"""How times become rows."""

import gc
from functools import partial

import pytest

from benchmarks.speed.rows import Row
from benchmarks.speed.timing import compare, interleave, ready


def test_sides_take_turns_and_warm_up_rounds_do_not_count():
    calls = []
    sides = {name: ready(partial(calls.append, name)) for name in ("ours", "reference")}
    seconds = interleave(sides, repeats=2, warm_up=1)
    assert calls == ["ours", "reference"] * 3
    assert {name: len(values) for name, values in seconds.items()} == {"ours": 2, "reference": 2}
    assert all(value >= 0 for values in seconds.values() for value in values)


def test_preparation_is_repeated_and_not_timed(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("benchmarks.speed.timing.time.perf_counter", lambda: clock[0])

    def take(seconds: float) -> None:
        clock[0] += seconds

    def side():
        take(100.0)
        return partial(take, 3.0)

    assert interleave({"ours": side}, repeats=2) == {"ours": [3.0, 3.0]}


def test_no_garbage_is_collected_while_a_side_runs():
    seen = []
    interleave({"ours": ready(lambda: seen.append(gc.isenabled()))}, repeats=1, warm_up=0)
    assert seen == [False] and gc.isenabled()


def test_a_row_has_medians_and_the_ratios_of_pairs():
    row = compare("bench", [2.0, 6.0, 3.0], [4.0, 4.0, 12.0], goal=0.5, each=2)
    assert row == Row("bench", "s", 1.5, 2.0, 0.5, (0.25, 1.5), 0.5)


@pytest.mark.parametrize(
    ("ratio", "goal", "met"),
    [(0.5, 0.5, True), (0.51, 0.5, False), (0.5, None, None), (None, 0.5, None)],
)
def test_a_goal_is_an_upper_limit(ratio, goal, met):
    assert Row("bench", "s", 1.0, 2.0, ratio, None, goal).met is met


def test_nothing_to_compare_with_gives_no_ratio():
    row = compare("bench", [3.0], [0.0], goal=0.5, unit="MiB")
    assert (row.ours, row.ratio, row.spread, row.met) == (3.0, None, None, None)
