"""Large vehicles built from boxes: lorries, buses and trams."""

from dataclasses import dataclass

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Rectangle, Shaded, Shader
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.shadows import paint_shadow
from benchmarks.streets.stage import Stage, box, jitter, plain, times
from benchmarks.streets.style import RGB
from benchmarks.streets.wheels import paint_wheels

_UP = (0.0, 1.0, 0.0)


@dataclass(frozen=True)
class Box:
    """A box of a vehicle: from ``rear`` on, ``length`` long, between two heights."""

    rear: float
    length: float
    width: float
    low: float
    high: float


def paint_box(
    stage: Stage,
    frame: Frame,
    part: Box,
    faces: tuple[Shader, Shader, Shader],
    label: int,
    instance: int,
) -> None:
    """Paint the tail, both sides and the nose of a box with the given three shaders.

    The shaders get u from the left (tail, nose) or from the tail (sides) and v from the
    lower edge.
    """
    half, tall = part.width / 2, part.high - part.low
    for z, shader in ((part.rear, faces[0]), (part.rear + part.length, faces[2])):
        area = Rectangle((-half, part.low, z), (1.0, 0.0, 0.0), _UP, part.width, tall)
        stage.canvas.paint(frame, area, shader, label, instance)
    for x in (-half, half):
        area = Rectangle((x, part.low, part.rear), (0.0, 0.0, 1.0), _UP, part.length, tall)
        stage.canvas.paint(frame, area, faces[1], label, instance)


def paint_truck(stage: Stage, frame: Frame, draws: Draws) -> float:
    """Paint a lorry centred on the frame and return its length in metres."""
    palette = stage.style.palette
    label = LABEL_IDS["truck"]
    instance = stage.canvas.new_instance(label)
    cab_rgb, load_rgb = jitter(draws, palette.lorry, palette), jitter(draws, palette.lorry, palette)
    length, width = draws.uniform(6.0, 10.5), draws.uniform(2.2, 2.5)
    high, cab = draws.uniform(2.9, 3.8), 1.9
    rear = -length / 2
    cargo = Box(rear, length - cab - 0.2, width, 0.85, high)
    salt = draws.integer(0, 200)
    paint_box(
        stage, frame, cargo,
        (_doors(stage, cargo, load_rgb, salt), _planks(stage, load_rgb, salt),
         _planks(stage, load_rgb, salt)),
        label, instance,
    )  # fmt: skip
    frame_rail = Box(rear + 0.1, length - 0.3, width - 0.3, 0.45, 0.9)
    dark = _even((0.12, 0.12, 0.13))
    paint_box(stage, frame, frame_rail, (_bumper(frame_rail), dark, dark), label, instance)
    front = Box(rear + length - cab, cab, width - 0.1, 0.4, 2.6)
    paint_box(
        stage, frame, front,
        (_even(times(cab_rgb, 0.8)), _cab_side(stage, front, cab_rgb),
         _cab_nose(stage, front, cab_rgb)),
        label, instance,
    )  # fmt: skip
    axles = (1.1, 2.2, length - 1.0) if length > 8 else (1.3, length - 1.0)
    paint_wheels(stage, frame, width / 2 - 0.05, rear, axles, 0.48, label, instance)
    paint_shadow(stage, frame, width, length)
    return length


def paint_coach(stage: Stage, frame: Frame, draws: Draws, tram: bool) -> float:
    """Paint a bus, or a tram, centred on the frame and return its length in metres."""
    palette = stage.style.palette
    label = LABEL_IDS["train" if tram else "bus"]
    instance = stage.canvas.new_instance(label)
    rgb = jitter(draws, palette.lorry, palette)
    stripe = jitter(draws, palette.lorry, palette)
    length = draws.uniform(20.0, 30.0) if tram else draws.uniform(10.0, 12.5)
    width, high = (2.4, 3.4) if tram else (2.5, draws.uniform(2.9, 3.2))
    rear = -length / 2
    body = Box(rear, length, width, 0.32, high)
    end = _coach_end(stage, body, rgb, stripe, tram)
    tail = _coach_end(stage, body, rgb, stripe, tram, lamps=(0.6, 0.06, 0.05))
    sides = _coach_side(stage, body, rgb, stripe, tram)
    paint_box(stage, frame, body, (tail, sides, end), label, instance)
    if tram:
        gear = Box(-2.0, 4.0, 1.4, high, high + 0.35)
        gray = _even((0.35, 0.35, 0.36))
        paint_box(stage, frame, gear, (gray, gray, gray), label, instance)
    else:
        axles = (2.6, length - 2.4)
        paint_wheels(stage, frame, width / 2 - 0.02, rear, axles, 0.48, label, instance)
    paint_shadow(stage, frame, width, length)
    return length


def _even(rgb: RGB) -> Shader:
    def shader(u: Floats, v: Floats) -> Shaded:
        return Shaded(plain(len(u), rgb))

    return shader


def _planks(stage: Stage, rgb: RGB, salt: int) -> Shader:
    def shader(u: Floats, v: Floats) -> Shaded:
        result = stage.rough(u, v, rgb, salt, size=1.2)
        rib = u / 0.6 - np.floor(u / 0.6)
        result *= (0.94 + 0.1 * rib)[:, None]
        result[v < 0.12] *= 0.6
        return Shaded(result)

    return shader


def _doors(stage: Stage, part: Box, rgb: RGB, salt: int) -> Shader:
    tall = part.high - part.low

    def shader(u: Floats, v: Floats) -> Shaded:
        result = stage.rough(u, v, rgb, salt, size=1.2)
        edge = np.minimum(np.minimum(u, part.width - u), np.minimum(v, tall - v))
        result[edge < 0.08] *= 0.7
        result[np.abs(u - part.width / 2) < 0.03] *= 0.5
        bolt = np.abs(np.abs(u - part.width / 2) - 0.25) < 0.03
        result[bolt & (v > 0.15) & (v < tall - 0.15)] = 0.55
        return Shaded(result)

    return shader


def _bumper(part: Box) -> Shader:
    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = plain(len(u), (0.14, 0.14, 0.15))
        edge = np.minimum(u, part.width - u)
        rgb[(edge < 0.35) & (v > 0.12) & (v < 0.32)] = (0.62, 0.07, 0.05)
        rgb[np.abs(u - part.width / 2) < 0.26] = (0.7, 0.7, 0.66)
        return Shaded(rgb)

    return shader


def _cab_side(stage: Stage, part: Box, rgb: RGB) -> Shader:
    glass = times(stage.style.palette.glass, 0.9)

    def shader(u: Floats, v: Floats) -> Shaded:
        result = plain(len(u), rgb)
        result[box(u, v, 0.6, 1.15, part.length - 0.12, 1.95)] = glass
        result[np.abs(u - 0.5) < 0.02] *= 0.6
        result[v < 0.25] = 0.12
        return Shaded(result)

    return shader


def _cab_nose(stage: Stage, part: Box, rgb: RGB) -> Shader:
    glass = times(stage.style.palette.glass, 0.9)

    def shader(u: Floats, v: Floats) -> Shaded:
        result = plain(len(u), rgb)
        result[box(u, v, 0.15, 1.15, part.width - 0.15, 2.0)] = glass
        result[box(u, v, 0.5, 0.45, part.width - 0.5, 0.85)] = 0.10
        edge = np.minimum(u, part.width - u)
        result[(edge < 0.42) & (edge > 0.1) & (v > 0.3) & (v < 0.5)] = 0.85
        result[v < 0.2] = 0.12
        return Shaded(result)

    return shader


def _coach_side(stage: Stage, part: Box, rgb: RGB, stripe: RGB, tram: bool) -> Shader:
    glass = np.array(stage.style.palette.glass, dtype=np.float32)
    tall, pitch = part.high - part.low, 1.5
    salt = int(part.length * 10) & 63

    def shader(u: Floats, v: Floats) -> Shaded:
        result = plain(len(u), rgb)
        result[(v > 0.25) & (v < 0.6)] = stripe
        bay = u / pitch - np.floor(u / pitch)
        number = np.floor(u / pitch).astype(np.int32)
        pane = (v > 0.95) & (v < tall - 0.5) & (np.abs(bay - 0.5) < 0.45)
        door = (number % 4 == 1) & (v > 0.1) & (v < tall - 0.45) & (np.abs(bay - 0.5) < 0.42)
        door &= np.abs(bay - 0.5) > 0.03
        tone = 0.7 + 0.5 * stage.lattice.cell(number, number, salt)
        seen = pane | door
        result[seen] = tone[seen][:, None] * glass
        result[v < 0.1] = 0.10
        if tram:
            joint = np.abs(u / (part.length / 3) - np.floor(u / (part.length / 3)) - 0.5) > 0.48
            result[joint] = (0.16, 0.16, 0.17)
        return Shaded(result)

    return shader


def _coach_end(
    stage: Stage,
    part: Box,
    rgb: RGB,
    stripe: RGB,
    tram: bool,
    lamps: RGB = (0.9, 0.9, 0.85),
) -> Shader:
    glass = times(stage.style.palette.glass, 0.9)
    tall = part.high - part.low

    def shader(u: Floats, v: Floats) -> Shaded:
        result = plain(len(u), rgb)
        result[(v > 0.25) & (v < 0.6)] = stripe
        result[box(u, v, 0.15, 1.0, part.width - 0.15, tall - 0.55)] = glass
        result[box(u, v, 0.4, tall - 0.42, part.width - 0.4, tall - 0.12)] = (0.08, 0.08, 0.09)
        result[box(u, v, 0.7, tall - 0.35, part.width - 0.7, tall - 0.19)] = (0.9, 0.62, 0.15)
        edge = np.minimum(u, part.width - u)
        result[(edge < 0.42) & (edge > 0.1) & (v > 0.3) & (v < 0.55)] = lamps
        result[v < (0.2 if tram else 0.14)] = 0.12
        return Shaded(result)

    return shader
