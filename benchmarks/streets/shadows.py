"""Soft shadows on the ground; they are thrown after everything is painted."""

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Rectangle
from benchmarks.streets.noise import Floats
from benchmarks.streets.stage import Stage


def paint_shadow(stage: Stage, frame: Frame, width: float, length: float) -> None:
    """Put down the shadow of a thing of the given ground plan, centred on the frame.

    It is thrown by :func:`throw_shadows`.
    """
    margin = 0.35
    across, along = width + 2 * margin, length + 2 * margin
    area = Rectangle(
        (-across / 2, 0.0, -along / 2), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), across, along
    )

    def shader(u: Floats, v: Floats) -> Floats:
        inside = np.minimum(np.minimum(u, across - u), np.minimum(v, along - v))
        dark: Floats = 1 - 0.68 * np.clip(inside / (2 * margin), 0, 1)
        return dark

    stage.shadows.append((frame, area, shader))


def throw_shadows(stage: Stage) -> None:
    """Darken the ground under everything that put down a shadow."""
    for frame, area, shader in stage.shadows:
        stage.canvas.darken(frame, area, shader)
