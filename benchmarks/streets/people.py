"""People on foot and riders on bicycles and motorcycles, as flat figures."""

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Shaded, upright
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.cycles import cycle_points, draw_cycle
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.shadows import paint_shadow
from benchmarks.streets.stage import Stage, capsule, ellipse, jitter, plain, times
from benchmarks.streets.style import RGB

_SKIN: tuple[RGB, ...] = ((0.78, 0.60, 0.48), (0.62, 0.44, 0.34), (0.40, 0.28, 0.22))
_HAIR: tuple[RGB, ...] = ((0.14, 0.11, 0.09), (0.36, 0.26, 0.16), (0.58, 0.54, 0.48))


def paint_person(stage: Stage, frame: Frame, draws: Draws) -> None:
    """Paint a walking or standing person on the frame's origin."""
    palette = stage.style.palette
    label = LABEL_IDS["person"]
    coat, legs = jitter(draws, palette.clothes, palette), jitter(draws, palette.clothes, palette)
    skin, hair = draws.pick(_SKIN), draws.pick(_HAIR)
    scale = draws.uniform(1.5, 1.9) / 1.75
    stride = draws.uniform(0.03, 0.26)
    swing = draws.around(0.0, 0.24)
    skirt, bag = draws.chance(0.25), draws.chance(0.3)
    turn = draws.around(0.0, 0.05)

    def shader(u: Floats, v: Floats) -> Shaded:
        x, y = u / scale - 0.5, v / scale
        rgb = plain(len(u), coat)
        leg = capsule(x, y, (0.07, 0.85), (0.06 + stride, 0.06), 0.075)
        leg |= capsule(x, y, (-0.07, 0.85), (-0.06 - stride, 0.06), 0.075)
        rgb[leg] = times(legs, 0.9)
        shoe = leg & (y < 0.1)
        rgb[shoe] = 0.10
        torso = capsule(x, y, (0.0, 0.95), (0.0, 1.28), 0.19)
        if skirt:
            torso |= (np.abs(x) < 0.17 + 0.16 * (1.05 - y)) & (y > 0.55) & (y < 1.05)
        arm = capsule(x, y, (0.21, 1.33), (0.25 + swing, 0.86), 0.06)
        arm |= capsule(x, y, (-0.21, 1.33), (-0.25 - swing, 0.86), 0.06)
        hand = arm & (y < 0.9)
        head = ellipse(x, y, (turn, 1.60), 0.10, 0.135)
        neck = capsule(x, y, (0.0, 1.42), (turn, 1.52), 0.05)
        rgb[torso] = coat
        rgb[arm] = times(coat, 0.82)
        rgb[torso | arm] *= (0.85 + 0.2 * (x > 0.02))[torso | arm][:, None]
        rgb[hand | neck | head] = skin
        rgb[head & (y > 1.61 + 0.3 * turn)] = hair
        keep = leg | torso | arm | head | neck
        if bag:
            sack = ellipse(x, y, (0.24, 0.98), 0.13, 0.18)
            rgb[sack] = times(legs, 0.6)
            keep |= sack
        return Shaded(rgb, keep)

    board = upright(-0.5 * scale, 0.0, scale, 1.8 * scale)
    stage.canvas.paint(frame, board, shader, label, stage.canvas.new_instance(label))
    paint_shadow(stage, frame, 0.3, 0.1)


def paint_rider(stage: Stage, frame: Frame, draws: Draws, motor: bool, aside: bool) -> None:
    """Paint a bicycle or motorcycle with its rider; each is an instance of its own.

    Args:
        stage: Where to paint.
        frame: The place; the picture plane is the frame's x-y plane.
        draws: Chooses the colours.
        motor: Motorcycle instead of bicycle.
        aside: Seen from the side instead of from behind.
    """
    palette = stage.style.palette
    canvas = stage.canvas
    rider, mount = LABEL_IDS["rider"], LABEL_IDS["motorcycle" if motor else "bicycle"]
    coat, legs = jitter(draws, palette.clothes, palette), jitter(draws, palette.clothes, palette)
    skin = draws.pick(_SKIN)
    helmet = jitter(draws, palette.car, palette) if motor or draws.chance(0.5) else (0.2, 0.16, 0.1)
    cycle = draw_cycle(draws, stage, motor)
    knee = draws.uniform(0.0, 0.12)

    def person(u: Floats, v: Floats) -> Shaded:
        x = u - 1.1
        if aside:
            torso = capsule(x, v, (-0.22, 1.0), (0.10, 1.45), 0.16)
            thigh = capsule(x, v, (-0.22, 0.98), (0.16, 0.78 + knee), 0.09)
            shin = capsule(x, v, (0.16, 0.78 + knee), (0.02, 0.30 + knee), 0.065)
            arm = capsule(x, v, (0.10, 1.40), (0.44, 1.05), 0.055)
            head = ellipse(x, v, (0.20, 1.70), 0.12, 0.15)
        else:
            torso = capsule(x, v, (0.0, 1.05), (0.0, 1.38), 0.20)
            thigh = capsule(x, v, (0.13, 0.95), (0.19, 0.68 + knee), 0.085)
            thigh |= capsule(x, v, (-0.13, 0.95), (-0.19, 0.80 - knee), 0.085)
            shin = capsule(x, v, (0.19, 0.68 + knee), (0.16, 0.30 + knee), 0.06)
            shin |= capsule(x, v, (-0.19, 0.80 - knee), (-0.16, 0.42 - knee), 0.06)
            arm = capsule(x, v, (0.22, 1.42), (0.32, 1.08), 0.055)
            arm |= capsule(x, v, (-0.22, 1.42), (-0.32, 1.08), 0.055)
            head = ellipse(x, v, (0.0, 1.70), 0.11, 0.15)
        rgb = plain(len(u), coat)
        rgb[thigh | shin] = legs
        rgb[shin & (v < 0.42)] = 0.10
        rgb[torso] = coat
        rgb[arm] = times(coat, 0.8)
        rgb[head] = skin
        rgb[head & (v > (1.6 if motor else 1.72))] = helmet
        return Shaded(rgb, torso | thigh | shin | arm | head)

    board = upright(-1.1, 0.0, 2.2, 1.9)
    canvas.paint(frame.moved(0.0, -0.02), board, person, rider, canvas.new_instance(rider))

    def machine(u: Floats, v: Floats) -> Shaded:
        return cycle_points(cycle, u - 1.1, v, aside)

    canvas.paint(frame, board, machine, mount, canvas.new_instance(mount))
    paint_shadow(stage, frame, 1.2 if aside else 0.3, 0.3 if aside else 1.2)


def paint_parked_cycle(stage: Stage, frame: Frame, draws: Draws, motor: bool, aside: bool) -> None:
    """Paint a bicycle or motorcycle without a rider."""
    label = LABEL_IDS["motorcycle" if motor else "bicycle"]
    cycle = draw_cycle(draws, stage, motor)

    def machine(u: Floats, v: Floats) -> Shaded:
        return cycle_points(cycle, u - 1.1, v, aside)

    board = upright(-1.1, 0.0, 2.2, 1.3)
    stage.canvas.paint(frame, board, machine, label, stage.canvas.new_instance(label))
    paint_shadow(stage, frame, 1.2 if aside else 0.2, 0.2 if aside else 1.2)
