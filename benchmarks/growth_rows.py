"""What a measurement of growth gives."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

PIXELS = "pixels"
FILES = "files of the target"
STEP = "time of an iteration"
LISTING, LISTING_PEAK = "listing", "memory of listing"
SHUFFLING = "first place in the stream"
"""What the estimate looks for among the curves."""
Spread = tuple[float, float, float]
"""Median, smallest, largest."""


@dataclass(frozen=True)
class Curve:
    """One quantity at several sizes of one thing, all else as it was.

    Attributes:
        axis: what was varied.
        quantity: what was measured.
        unit: of the quantity.
        x: the sizes, > 0, increasing.
        y: the medians over the repetitions.
        low: the smallest of the repetitions.
        high: the largest.
    """

    axis: str
    quantity: str
    unit: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Processes:
    """An iteration of each process, on a batch of its own and one thread.

    Attributes:
        count: processes.
        alone: seconds of one process while the other waits.
        beside: of the slower of all at once that send nothing.
        joined: of all at once that average their gradients.
        overhead: joined / alone.
        sending: joined / beside: what sending costs where the processor is shared anyway.
        gradients: bytes of all gradients, sent once an iteration.
        peak_alone: MiB of the process that is alone.
        peak_joined: MiB of the largest of the joined ones.
    """

    count: int
    alone: Spread
    beside: Spread
    joined: Spread
    overhead: Spread
    sending: Spread
    gradients: int
    peak_alone: float
    peak_joined: float


@dataclass(frozen=True)
class Operations:
    """Floating point operations of the convolutions: a multiplication and an addition are two.

    Attributes:
        pixels: of both domains' images.
        iteration: of forward and backward, discriminators included.
        discriminators: of the iteration, those of the discriminators.
        prediction: of the network on one target image, without gradients.
    """

    pixels: int
    iteration: int
    discriminators: int
    prediction: int


def spread(values: Sequence[float]) -> Spread:
    """The median and the ends of some repetitions."""
    return statistics.median(values), min(values), max(values)


def curve(
    axis: str, quantity: str, unit: str, x: Sequence[float], values: Sequence[Sequence[float]]
) -> Curve:
    """The curve of the repetitions at each size."""
    y, low, high = zip(*map(spread, values), strict=True)
    return Curve(axis, quantity, unit, tuple(float(size) for size in x), y, low, high)
