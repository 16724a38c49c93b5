"""How a training grows: the fit, the table, and a run at tiny sizes."""

import itertools
import re

import pytest
import torch

from benchmarks.speed import growth

AXES = [
    *("pixels", "classes", "images of each domain", "processes"),
    *("target images", "source labels", "target images"),
]


@pytest.mark.parametrize("power", [-1.0, 0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("factor", [1e-3, 7.0])
def test_the_exponent_of_a_power_law_is_its_own(power, factor):
    x = [1, 2, 8, 30]
    found = growth.exponent(x, [factor * size**power for size in x])
    assert found == pytest.approx(power, abs=1e-12)


def test_the_exponent_is_that_of_least_squares():
    """Of log y = 0, 1, 0 over log x = 0, 1, 3, by hand: the slope is -1/14."""
    e = 2.718281828459045
    assert growth.exponent([1, e, e**3], [1, e, 1]) == pytest.approx(-1 / 14, abs=1e-12)


def test_a_row_has_the_medians_exponent_and_the_range_of_the_rounds():
    x = [1, 10, 100]
    rounds = [[3 * size**power for size in x] for power in (1.0, 0.5, 2.0)]
    assert growth.row("images", "time, s", [1, 10, 1000], [[2, 2, 2]]) == (
        *("images", "1 10 1,000", "time, s", "2", "2", "0.00", ""),
    )
    assert growth.row("images", "time, s", x, rounds) == (
        *("images", "1 10 100", "time, s", "3", "300", "1.00", "0.50 to 2.00"),
    )


def test_all_runs_take_turns_and_the_first_round_does_not_count():
    calls = []
    runs = [lambda name=name: calls.append(name) for name in "ab"]
    seconds = growth.timed(runs, rounds=2)
    assert calls == list("ababab")
    assert [len(of_round) for of_round in seconds] == [2, 2]


def test_what_a_start_costs_is_taken_off(monkeypatch):
    monkeypatch.setattr(growth, "timed", lambda runs, rounds: [[2.0, 3.0, 1.0]])
    assert growth.beyond_first([], 1) == [[1.0, 1e-6]]


def test_a_quick_run_prints_one_table(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["growth", "--quick", "--rounds", "1"])
    numbers = torch.get_rng_state()
    growth.main()
    torch.set_rng_state(numbers)
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    header, _, *rows = [tuple(line.strip("| ").split(" | ")) for line in table]
    assert header == growth.HEADER
    assert [axis for axis, _ in itertools.groupby(row[0] for row in rows)] == AXES
    for row in rows:
        assert all(float(cell) > 0 for cell in row[3:5])
        assert re.fullmatch(r"-?\d+\.\d\d", row[5])
