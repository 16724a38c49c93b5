"""Wheels of four-wheeled vehicles, as discs on their sides."""

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Rectangle, Shaded
from benchmarks.streets.noise import Floats
from benchmarks.streets.stage import Stage


def paint_wheels(
    stage: Stage,
    frame: Frame,
    half: float,
    rear: float,
    axles: tuple[float, ...],
    radius: float,
    label: int,
    instance: int,
) -> None:
    """Paint the wheels of both sides.

    Args:
        stage: Where to paint.
        frame: The vehicle's frame.
        half: Half of the track, in metres.
        rear: Place of the tail along the frame's z axis.
        axles: Distance of each axle from the tail.
        radius: Wheel radius in metres.
        label: The vehicle's label id.
        instance: The vehicle's instance id.
    """

    def shader(u: Floats, v: Floats) -> Shaded:
        x, y = u - radius * 1.15, v - radius
        square = (x * x + y * y) / (radius * radius)
        rgb = np.empty((len(u), 3), dtype=np.float32)
        rgb[:] = 0.05
        rgb[square < 0.44] = 0.48
        rgb[square < 0.06] = 0.22
        spoke = (np.abs(x) < 0.1 * radius) | (np.abs(y) < 0.1 * radius)
        rgb[(square < 0.36) & (square > 0.06) & ~spoke] = 0.20
        # Above the axle the disc widens into the dark wheel arch.
        arch = (square < 1.3) & (y > 0)
        return Shaded(rgb, (square <= 1) | arch)

    for axle in axles:
        for x in (half + 0.03, -half - 0.03):
            area = Rectangle(
                (x, 0.0, rear + axle - radius * 1.15), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0),
                2.3 * radius, 2.15 * radius,
            )  # fmt: skip
            stage.canvas.paint(frame, area, shader, label, instance)
