"""What a scene is made of, and where along the street things go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.streets.draws import Draws

REACH = 150.0
"""How far along the street things are placed, in metres."""


@dataclass(frozen=True)
class Thing:
    """Something to paint, and how far along the street it begins."""

    z: float
    paint: Callable[[], object]


def own(draws: Draws) -> Draws:
    """A stream of a thing's own, so that the order of painting does not matter."""
    return Draws(draws.integer(0, 2**48))


def spread_out(draws: Draws, density: float, start: float, stop: float) -> Iterator[float]:
    """Places along the street from start to stop, on average ``density`` per 100 m."""
    if density <= 0:
        return
    gap = 100.0 / density
    z = start + draws.uniform(0.0, gap)
    while z < stop:
        yield z
        z += gap * draws.uniform(0.35, 1.65)
