"""What every painter needs: the canvas, the lattice of noise and the style."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Canvas, Rectangle
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats, Lattice
from benchmarks.streets.style import RGB, Colors, DomainStyle, Palette

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Stage:
    """Where painters paint, and with what."""

    canvas: Canvas
    lattice: Lattice
    style: DomainStyle
    shadows: list[tuple[Frame, Rectangle, Callable[..., Floats]]] = field(default_factory=list)

    def rough(self, u: Floats, v: Floats, rgb: RGB, salt: int = 0, size: float = 1.0) -> Floats:
        """A surface of one material: grain of about 4 cm and stains of about ``size`` m.

        Returns:
            (n, 3) colours.
        """
        surface = self.style.surface
        tone = 1 + surface.grain * self.lattice.smooth(u * 23, v * 23, salt)
        tone += surface.stain * self.lattice.smooth(u / size, v / size, salt + 1)
        return tone[:, None] * np.array(rgb, dtype=np.float32)


def plain(count: int, rgb: RGB) -> Floats:
    """``count`` points of one colour: (count, 3)."""
    result = np.empty((count, 3), dtype=np.float32)
    result[:] = rgb
    return result


def times(rgb: RGB, factor: float) -> RGB:
    """A colour made brighter or darker."""
    return (rgb[0] * factor, rgb[1] * factor, rgb[2] * factor)


def jitter(draws: Draws, colors: Colors, palette: Palette) -> RGB:
    """One of the colours, with the palette's jitter of brightness and hue."""
    base = draws.pick(colors)
    tone = 1 + draws.around(0.0, palette.spread)
    red, green, blue = (
        min(max(c * tone * (1 + draws.around(0.0, palette.hue_spread)), 0.02), 1.0) for c in base
    )
    return (red, green, blue)


def capsule(
    u: Floats, v: Floats, start: tuple[float, float], end: tuple[float, float], radius: float
) -> Mask:
    """Points within ``radius`` of the line from start to end."""
    du, dv = end[0] - start[0], end[1] - start[1]
    length = du * du + dv * dv
    x, y = u - start[0], v - start[1]
    part = np.clip((x * du + y * dv) / max(length, 1e-6), 0, 1) if length else 0.0
    x, y = x - part * du, y - part * dv
    mask: Mask = x * x + y * y <= radius * radius
    return mask


def ellipse(u: Floats, v: Floats, center: tuple[float, float], ru: float, rv: float) -> Mask:
    """Points inside an upright ellipse."""
    x, y = (u - center[0]) / ru, (v - center[1]) / rv
    mask: Mask = x * x + y * y <= 1
    return mask


def box(u: Floats, v: Floats, left: float, low: float, right: float, high: float) -> Mask:
    """Points inside an upright box."""
    mask: Mask = (u > left) & (u < right) & (v > low) & (v < high)
    return mask


def ring(u: Floats, v: Floats, center: tuple[float, float], radius: float, width: float) -> Mask:
    """Points of a circle line of the given width."""
    x, y = u - center[0], v - center[1]
    square = x * x + y * y
    inner, outer = radius - width / 2, radius + width / 2
    mask: Mask = (square >= inner * inner) & (square <= outer * outer)
    return mask


def polyline(x: Floats, knots: tuple[tuple[float, float], ...]) -> Floats:
    """Height at x of the line through the knots (ascending in x); 0 outside of them."""
    result = np.zeros_like(x)
    for (x0, y0), (x1, y1) in zip(knots, knots[1:], strict=False):
        if x1 > x0:
            slope = (y1 - y0) / (x1 - x0)
            np.copyto(result, y0 + (x - x0) * slope, where=(x >= x0) & (x <= x1))
    return result
