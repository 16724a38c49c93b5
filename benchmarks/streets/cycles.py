"""The shapes of bicycles and motorcycles."""

from dataclasses import dataclass

from benchmarks.streets.canvas import Shaded
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.stage import Stage, box, capsule, ellipse, jitter, plain, ring
from benchmarks.streets.style import RGB


@dataclass(frozen=True)
class Cycle:
    """A bicycle, or a motorcycle."""

    motor: bool
    paint: RGB


def draw_cycle(draws: Draws, stage: Stage, motor: bool) -> Cycle:
    """A cycle painted like the cars."""
    palette = stage.style.palette
    return Cycle(motor, jitter(draws, palette.car, palette))


def cycle_points(cycle: Cycle, x: Floats, y: Floats, aside: bool) -> Shaded:
    """Colours and outline of a cycle that stands at x = 0, in metres.

    Args:
        cycle: Which one.
        x: (n,) to the right; seen aside it points to the right.
        y: (n,) up.
        aside: Seen from the side instead of from behind.
    """
    if cycle.motor:
        return _motor_aside(cycle, x, y) if aside else _motor_behind(cycle, x, y)
    return _pedal_aside(cycle, x, y) if aside else _pedal_behind(cycle, x, y)


def _pedal_aside(cycle: Cycle, x: Floats, y: Floats) -> Shaded:
    tyre = ring(x, y, (-0.52, 0.35), 0.33, 0.07) | ring(x, y, (0.52, 0.35), 0.33, 0.07)
    hub = ellipse(x, y, (-0.52, 0.35), 0.05, 0.05) | ellipse(x, y, (0.52, 0.35), 0.05, 0.05)
    bars = (
        ((-0.52, 0.35), (-0.05, 0.30)), ((-0.05, 0.30), (-0.20, 0.85)),
        ((-0.20, 0.78), (0.38, 0.80)), ((-0.05, 0.30), (0.40, 0.72)),
        ((0.52, 0.35), (0.38, 0.98)), ((-0.52, 0.35), (-0.18, 0.76)),
    )  # fmt: skip
    frame = hub
    for start, end in bars:
        frame = frame | capsule(x, y, start, end, 0.03)
    dark = capsule(x, y, (-0.30, 0.92), (-0.12, 0.92), 0.04)
    dark |= capsule(x, y, (0.30, 1.02), (0.46, 1.02), 0.03)
    rgb = plain(len(x), (0.07, 0.07, 0.08))
    rgb[frame] = cycle.paint
    return Shaded(rgb, tyre | frame | dark)


def _pedal_behind(cycle: Cycle, x: Floats, y: Floats) -> Shaded:
    tyre = capsule(x, y, (0.0, 0.06), (0.0, 0.64), 0.05)
    frame = capsule(x, y, (0.0, 0.60), (0.0, 0.92), 0.03) | box(x, y, -0.12, 0.64, 0.12, 0.72)
    dark = ellipse(x, y, (0.0, 0.95), 0.10, 0.05)
    bar = capsule(x, y, (-0.30, 1.02), (0.30, 1.02), 0.03)
    lamp = box(x, y, -0.04, 0.66, 0.04, 0.74)
    rgb = plain(len(x), (0.07, 0.07, 0.08))
    rgb[frame] = cycle.paint
    rgb[lamp] = (0.7, 0.08, 0.06)
    return Shaded(rgb, tyre | frame | dark | bar)


def _motor_aside(cycle: Cycle, x: Floats, y: Floats) -> Shaded:
    tyre = ring(x, y, (-0.62, 0.31), 0.25, 0.14) | ring(x, y, (0.66, 0.31), 0.25, 0.14)
    engine = ellipse(x, y, (0.0, 0.42), 0.34, 0.22)
    tank = ellipse(x, y, (0.12, 0.80), 0.30, 0.15) | ellipse(x, y, (-0.62, 0.72), 0.26, 0.09)
    seat = capsule(x, y, (-0.55, 0.80), (-0.10, 0.80), 0.07)
    fork = capsule(x, y, (0.66, 0.31), (0.44, 0.98), 0.05)
    pipe = capsule(x, y, (-0.75, 0.34), (0.05, 0.28), 0.06)
    lamp = ellipse(x, y, (0.54, 0.88), 0.09, 0.09)
    rgb = plain(len(x), (0.08, 0.08, 0.09))
    rgb[engine] = (0.26, 0.26, 0.27)
    rgb[pipe | fork] = (0.52, 0.52, 0.53)
    rgb[tank] = cycle.paint
    rgb[seat] = (0.08, 0.08, 0.08)
    rgb[lamp] = (0.85, 0.85, 0.8)
    return Shaded(rgb, tyre | engine | tank | seat | fork | pipe | lamp)


def _motor_behind(cycle: Cycle, x: Floats, y: Floats) -> Shaded:
    tyre = capsule(x, y, (0.0, 0.12), (0.0, 0.55), 0.10)
    engine = box(x, y, -0.26, 0.28, 0.26, 0.58)
    shell = ellipse(x, y, (0.0, 0.74), 0.24, 0.20)
    bar = capsule(x, y, (-0.38, 1.02), (0.38, 1.02), 0.04)
    mirror = ellipse(x, y, (-0.40, 1.12), 0.07, 0.05) | ellipse(x, y, (0.40, 1.12), 0.07, 0.05)
    lamp = box(x, y, -0.10, 0.66, 0.10, 0.76)
    plate = box(x, y, -0.10, 0.48, 0.10, 0.60)
    rgb = plain(len(x), (0.08, 0.08, 0.09))
    rgb[engine & ~tyre] = (0.30, 0.30, 0.31)
    rgb[shell] = cycle.paint
    rgb[lamp] = (0.72, 0.08, 0.06)
    rgb[plate] = (0.8, 0.8, 0.76)
    return Shaded(rgb, tyre | engine | shell | bar | mirror | plate)
