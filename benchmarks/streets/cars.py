"""Cars: a side profile drawn out over the width, with glass, wheels and lamps."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Rectangle, Shaded, Shader
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.shadows import paint_shadow
from benchmarks.streets.stage import Stage, box, jitter, plain, polyline, times
from benchmarks.streets.style import RGB
from benchmarks.streets.wheels import paint_wheels

Knots = tuple[tuple[float, float], ...]

_CAR = LABEL_IDS["car"]

# Each body is a line of (distance from the tail, height) over tail, boot lid, rear window,
# roof, windscreen, bonnet and nose.
_BODIES: tuple[Knots, ...] = (
    ((0.0, 0.3), (0.05, 0.95), (0.62, 1.02), (1.3, 1.42), (2.6, 1.44), (3.35, 1.0),
     (4.35, 0.82), (4.45, 0.3)),
    ((0.0, 0.3), (0.05, 0.92), (0.12, 0.98), (0.5, 1.46), (2.3, 1.5), (3.0, 1.02),
     (3.8, 0.85), (3.9, 0.3)),
    ((0.0, 0.35), (0.05, 1.05), (0.12, 1.1), (0.4, 1.72), (2.9, 1.74), (3.5, 1.16),
     (4.4, 1.02), (4.5, 0.35)),
    ((0.0, 0.35), (0.05, 1.1), (0.1, 1.14), (0.2, 1.92), (3.4, 1.96), (4.2, 1.2),
     (4.75, 1.0), (4.85, 0.35)),
)  # fmt: skip


@dataclass(frozen=True)
class Car:
    """Measures in metres."""

    body: Knots
    width: float
    paint: RGB
    plate: RGB
    lit: bool

    @property
    def length(self) -> float:
        """Overall length."""
        return self.body[-1][0]

    @property
    def belt(self) -> float:
        """Height of the lower edge of the windows."""
        return self.body[2][1]

    @property
    def roof(self) -> float:
        """Height of the roof."""
        return self.body[4][1]


def draw_car(draws: Draws, stage: Stage) -> Car:
    """A car of one of four bodies."""
    palette = stage.style.palette
    return Car(
        body=_BODIES[draws.weighted((3.0, 3.0, 2.0, 1.0))],
        width=draws.uniform(1.66, 1.86),
        paint=jitter(draws, palette.car, palette),
        plate=(0.85, 0.85, 0.80),
        lit=draws.chance(0.3),
    )


def paint_car(stage: Stage, frame: Frame, car: Car) -> None:
    """Paint a car whose middle is the frame's origin and whose nose points along z."""
    canvas = stage.canvas
    instance = canvas.new_instance(_CAR)
    half, rear = car.width / 2, -car.length / 2
    shaders = (
        _tail(stage, car), _sheet(stage, car, 1.0), _screen(stage, car), _sheet(stage, car, 1.05),
        _screen(stage, car), _sheet(stage, car, 1.05), _nose(stage, car),
    )  # fmt: skip
    for (z0, y0), (z1, y1), shader in zip(car.body, car.body[1:], shaders, strict=False):
        length = sqrt((z1 - z0) ** 2 + (y1 - y0) ** 2)
        along = (0.0, (y1 - y0) / length, (z1 - z0) / length)
        area = Rectangle((half, y0, rear + z0), (-1.0, 0.0, 0.0), along, car.width, length)
        canvas.paint(frame, area, shader, _CAR, instance, one_sided=True)
    for x, start, direction in ((half, -rear, -1.0), (-half, rear, 1.0)):
        side = Rectangle(
            (x, 0.0, start), (0.0, 0.0, direction), (0.0, 1.0, 0.0), car.length, car.roof + 0.02
        )
        canvas.paint(frame, side, _side(stage, car, direction < 0), _CAR, instance, one_sided=True)
    axles = (0.18 * car.length, 0.80 * car.length)
    paint_wheels(stage, frame, half - 0.02, rear, axles, 0.31, _CAR, instance)
    paint_shadow(stage, frame, car.width, car.length)


def _glass(stage: Stage, v: Floats, low: float, high: float) -> Floats:
    """Window glass that mirrors a brighter sky towards its upper edge."""
    tone = 0.55 + 0.75 * np.clip((v - low) / (high - low), 0, 1)
    rgb: Floats = tone[:, None] * np.array(stage.style.palette.glass, dtype=np.float32)
    return rgb


def _sheet(stage: Stage, car: Car, tone: float) -> Shader:
    rgb = times(car.paint, tone)

    def shader(u: Floats, v: Floats) -> Shaded:
        return Shaded(plain(len(u), rgb))

    return shader


def _screen(stage: Stage, car: Car) -> Shader:
    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = plain(len(u), car.paint)
        pane = (u > 0.12) & (u < car.width - 0.12) & (v > 0.04)
        rgb[pane] = _glass(stage, v[pane], 0.0, 0.8)
        return Shaded(rgb)

    return shader


def _tail(stage: Stage, car: Car) -> Shader:
    low, high = 0.0, car.body[1][1] - car.body[0][1]
    glow = 1.25 if car.lit else 0.75

    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = plain(len(u), car.paint)
        rgb *= (0.8 + 0.25 * v / high)[:, None]
        rgb[v < low + 0.16] = (0.13, 0.13, 0.14)
        edge = np.minimum(u, car.width - u)
        rgb[(edge < 0.32) & (v > high - 0.26) & (v < high - 0.06)] = (0.62 * glow, 0.07, 0.06)
        rgb[box(u, v, car.width / 2 - 0.26, high - 0.30, car.width / 2 + 0.26, high - 0.17)] = (
            car.plate
        )
        return Shaded(rgb)

    return shader


def _nose(stage: Stage, car: Car) -> Shader:
    high = car.body[-2][1] - car.body[-1][1]
    lamp = (1.3, 1.3, 1.2) if car.lit else (0.80, 0.82, 0.84)

    def shader(u: Floats, v: Floats) -> Shaded:
        up = high - v  # this face runs downwards
        rgb = plain(len(u), car.paint)
        edge = np.minimum(u, car.width - u)
        rgb[box(u, up, 0.42, high - 0.24, car.width - 0.42, high - 0.05)] = (0.09, 0.09, 0.10)
        rgb[(edge < 0.38) & (edge > 0.05) & (up > high - 0.22) & (up < high - 0.05)] = lamp
        rgb[up < 0.12] = (0.13, 0.13, 0.14)
        rgb[box(u, up, car.width / 2 - 0.26, 0.14, car.width / 2 + 0.26, 0.26)] = car.plate
        return Shaded(rgb)

    return shader


def _side(stage: Stage, car: Car, reverse: bool) -> Shader:
    body, belt, roof = car.body, car.belt, car.roof

    def shader(u: Floats, v: Floats) -> Shaded:
        z = car.length - u if reverse else u
        top = polyline(z, body)
        low = body[0][1] - 0.06
        rgb = plain(len(u), car.paint)
        rgb *= np.clip(0.72 + 0.36 * v, 0, 1.05)[:, None]
        rgb[np.abs(v - belt + 0.12) < 0.02] *= 1.15
        rgb[v < low + 0.12] = (0.12, 0.12, 0.13)
        front = body[5][0]
        pane = (v > belt + 0.03) & (v < top - 0.09) & (v < roof - 0.1)
        pane &= (z > body[2][0] + 0.14) & (z < front - 0.05)
        middle = (body[3][0] + body[4][0]) / 2 + 0.1
        pane &= np.abs(z - middle) > 0.05
        rgb[pane] = _glass(stage, v[pane], belt, roof)
        seam = np.abs(z - middle) < 0.015
        rgb[seam & (v < belt) & (v > low + 0.1)] *= 0.6
        rgb[box(z, v, middle - 0.32, belt - 0.24, middle - 0.14, belt - 0.19)] = (0.1, 0.1, 0.1)
        return Shaded(rgb, (v > low) & (v < top))

    return shader
