"""Every benchmark runs at a tiny size."""

import math
import pickle

import pytest

from benchmarks.speed.rows import Settings
from benchmarks.speed.suite import SUITE

GOALS = {
    "target_branch": [0.5, 0.3, 0.5, 0.3],
    "supervised_branch": [0.25, 0.35],
    "discriminators": [0.75, 0.33],
    "loop_overhead": [1.2, None, None],
    "data": [0.667, 0.667],
    "evaluation": [0.667],
    "passes": [None, 1.05, None, 1.05],
    "minent_overhead": [1.03],
    "step": [0.85, 0.38],
    "step_memory": [0.75, 0.75, 0.75, None],
    "translation": [0.8, 0.5],
    "translated_images": [0.667, 0.667],
    "operators": [1.15] * 4,
    "accelerator": [0.4, 0.75, 0.85, None, 0.5, 1, 1],
    "accelerator_passes": [1 / 3, 1 / 3],
    "accelerator_networks": [0.4, 0.75, 0.85] * 2 + [1.05],
}


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """In this process; that a side can be sent to another is checked."""

    def peak_memory(side, *args):
        pickle.loads(pickle.dumps((side, args)))
        side(*args)()
        return 200.0, 100.0

    for name in ("target_branch", "supervised_branch", "passes", "step_memory", "accelerator"):
        monkeypatch.setattr(f"benchmarks.speed.suite.{name}.peak_memory", peak_memory)


def test_every_benchmark_is_tested():
    assert GOALS.keys() == SUITE.keys()


SLOW = {"accelerator_networks"}  # VGG-16 and SSD300 have no narrow size


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in SUITE],
)
def test_it_runs(name):
    rows = list(SUITE[name](Settings(quick=True, repeats=1)))
    assert [row.goal for row in rows] == GOALS[name]
    assert len({row.bench for row in rows}) == len(rows)
    for row in rows:
        assert row.ours > 0 and row.reference > 0 and math.isfinite(row.ratio)
        expected = "operators" if name == "operators" else "s"
        assert row.unit == ("MiB" if "memory" in row.bench else expected)
