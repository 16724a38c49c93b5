"""Street furniture: lamp posts, traffic lights, signs and bins."""

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Shaded, upright
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.shadows import paint_shadow
from benchmarks.streets.stage import Stage, box, capsule, ellipse, jitter, plain, times
from benchmarks.streets.style import RGB

_RED: RGB = (0.78, 0.10, 0.10)
_BLUE: RGB = (0.12, 0.28, 0.66)
_WHITE: RGB = (0.92, 0.92, 0.90)
_YELLOW: RGB = (0.93, 0.76, 0.12)


def paint_post(stage: Stage, frame: Frame, height: float, radius: float, rgb: RGB) -> None:
    """A bare upright post, brighter on one side like a cylinder."""

    def shader(u: Floats, v: Floats) -> Shaded:
        tone = 1.12 - 0.5 * np.abs(u / (2 * radius) - 0.35)
        return Shaded(tone[:, None] * np.array(rgb, dtype=np.float32))

    board = upright(-radius, 0.0, 2 * radius, height)
    stage.canvas.paint(frame, board, shader, LABEL_IDS["pole"])


def paint_lamp(stage: Stage, frame: Frame, draws: Draws, towards: float) -> None:
    """A lamp post with an arm; ``towards`` is +1 or -1, the side of the road."""
    palette = stage.style.palette
    rgb = jitter(draws, palette.pole, palette)
    height, reach = draws.uniform(5.5, 8.5), draws.uniform(1.0, 2.2)
    paint_post(stage, frame, height, draws.uniform(0.08, 0.13), rgb)

    def shader(u: Floats, v: Floats) -> Shaded:
        x = (u - 2.4) * towards
        arm = capsule(x, v, (0.0, 0.3), (reach, 0.6), 0.06)
        head = ellipse(x, v, (reach, 0.58), 0.38, 0.12)
        result = plain(len(u), rgb)
        result[head & (v < 0.55)] = _WHITE
        return Shaded(result, arm | head)

    board = upright(-2.4, height - 0.5, 4.8, 0.9)
    stage.canvas.paint(frame, board, shader, LABEL_IDS["pole"])


def paint_traffic_light(stage: Stage, frame: Frame, draws: Draws) -> None:
    """A traffic light on a post, facing the camera."""
    palette = stage.style.palette
    height = draws.uniform(2.5, 3.4)
    paint_post(stage, frame, height + 1.0, 0.08, jitter(draws, palette.pole, palette))
    state = draws.integer(0, 2)
    lamps: tuple[RGB, ...] = ((0.95, 0.12, 0.08), (0.98, 0.66, 0.10), (0.15, 0.85, 0.40))

    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = plain(len(u), (0.09, 0.10, 0.09))
        for number, lamp in enumerate(lamps):
            disc = ellipse(u, v, (0.21, 0.88 - 0.31 * number), 0.125, 0.125)
            rgb[disc] = times(lamp, 1.1) if number == state else times(lamp, 0.18)
        return Shaded(rgb)

    board = upright(-0.21, height, 0.42, 1.1, z=-0.12)
    stage.canvas.paint(frame, board, shader, LABEL_IDS["traffic light"])


def paint_sign(stage: Stage, frame: Frame, draws: Draws) -> None:
    """A traffic sign on a post: prohibition, warning, parking, priority or a name board."""
    palette = stage.style.palette
    kind = draws.integer(0, 4)
    low = draws.uniform(1.9, 2.5)
    size = draws.uniform(0.62, 0.85)
    width = size * (2.2 if kind == 4 else 1.0)
    height = size * (0.6 if kind == 4 else 1.0)
    paint_post(stage, frame, low + height, 0.045, jitter(draws, palette.pole, palette))

    def shader(u: Floats, v: Floats) -> Shaded:
        x, y = u / width * 2 - 1, v / height * 2 - 1
        rgb = plain(len(u), _WHITE)
        keep = np.ones(u.shape, dtype=bool)
        if kind == 0:
            keep = ellipse(x, y, (0.0, 0.0), 1.0, 1.0)
            rgb[~ellipse(x, y, (0.0, 0.0), 0.74, 0.74)] = _RED
            rgb[box(x, y, -0.45, -0.12, 0.45, 0.12)] = (0.1, 0.1, 0.1)
        elif kind == 1:
            keep = (y > -1) & (np.abs(x) < (1 - y) / 2)
            rgb[~((y > -0.76) & (np.abs(x) < (0.52 - y) / 2))] = _RED
            rgb[box(x, y, -0.1, -0.6, 0.1, 0.05)] = (0.1, 0.1, 0.1)
        elif kind == 2:
            rgb[:] = _BLUE
            rgb[box(x, y, -0.35, -0.7, -0.12, 0.7)] = _WHITE
            rgb[ellipse(x, y, (0.02, 0.3), 0.42, 0.4) & (x > -0.2)] = _WHITE
        elif kind == 3:
            keep = np.abs(x) + np.abs(y) < 1
            rgb[np.abs(x) + np.abs(y) < 0.72] = _YELLOW
        else:
            rgb[:] = _YELLOW if low > 2.2 else _BLUE
            rgb[(np.abs(y) < 0.25) & (np.abs(x) < 0.75)] = (0.1, 0.1, 0.1) if low > 2.2 else _WHITE
        return Shaded(rgb, keep)

    board = upright(-width / 2, low, width, height, z=-0.06)
    stage.canvas.paint(frame, board, shader, LABEL_IDS["traffic sign"])


def paint_bin(stage: Stage, frame: Frame, draws: Draws) -> None:
    """A litter bin or letter box; Cityscapes calls it static, which is not evaluated."""
    palette = stage.style.palette
    rgb = jitter(draws, palette.clothes, palette)
    tall, wide = draws.uniform(0.8, 1.4), draws.uniform(0.4, 0.9)

    def shader(u: Floats, v: Floats) -> Shaded:
        result = plain(len(u), rgb)
        result *= (1.1 - 0.4 * u / wide)[:, None]
        result[v > tall - 0.12] = (0.15, 0.15, 0.16)
        return Shaded(result)

    stage.canvas.paint(frame, upright(-wide / 2, 0.0, wide, tall), shader, LABEL_IDS["static"])
    paint_shadow(stage, frame, wide, 0.3)
