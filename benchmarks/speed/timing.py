"""Times of several ways to do one thing, measured side by side."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping

from benchmarks.speed.rows import Row

Side = Callable[[], Callable[[], object]]
"""Prepares one way, which is not measured, and returns the function that is."""


def interleave(sides: Mapping[str, Side], repeats: int, warm_up: int = 1) -> dict[str, list[float]]:
    """Seconds of each side, round by round: a load that comes and goes meets all of them.

    Args:
        sides: by name.
        repeats: timed rounds, >= 1.
        warm_up: rounds before them that do not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(warm_up + repeats):
        for name, side in sides.items():
            run = side()
            collecting = gc.isenabled()
            gc.disable()  # as timeit: a collection would hit whichever side comes then
            try:
                start = time.perf_counter()
                run()
                elapsed = time.perf_counter() - start
            finally:
                if collecting:
                    gc.enable()
            del run
            if number >= warm_up:
                seconds[name].append(elapsed)
    return seconds


def compare(
    bench: str,
    ours: list[float],
    reference: list[float],
    goal: float | None = None,
    each: int = 1,
    unit: str = "s",
) -> Row:
    """The row of two lists whose elements were measured side by side.

    Args:
        bench: what was measured.
        ours: seconds, or another measure of which less is better.
        reference: as many.
        goal: the highest ratio to aim at.
        each: how many images, or iterations, one measurement was over.
        unit: of one of them.
    """
    ratios = [a / b for a, b in zip(ours, reference, strict=True) if b > 0]
    return Row(
        bench=bench,
        unit=unit,
        ours=statistics.median(ours) / each,
        reference=statistics.median(reference) / each,
        ratio=statistics.median(ratios) if ratios else None,
        spread=(min(ratios), max(ratios)) if ratios else None,
        goal=goal,
    )


def ready(run: Callable[[], object]) -> Side:
    """A side that needs no preparation between its repetitions."""
    return lambda: run
