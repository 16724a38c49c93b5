"""The picture under work: colour, label, instance and depth, painted plane by plane."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.streets.camera import Axes, Camera, Frame, Vector, cross, dot
from benchmarks.streets.noise import Floats

FAR = 600.0
"""Depth of the sky in metres."""

_NEAR = 0.3


class Shaded(NamedTuple):
    """What a shader says about n points of a surface."""

    rgb: Floats
    """(n, 3), each channel in about [0, 1]."""
    keep: npt.NDArray[np.bool_] | None = None
    """(n,): where the surface is there at all; None means everywhere."""
    label: npt.NDArray[np.uint8] | None = None
    """(n,): label ids, where they differ within the surface."""


Shader = Callable[[Floats, Floats], Shaded]


@dataclass(frozen=True)
class Rectangle:
    """The points ``origin + u * across + v * along``, 0 <= u <= width, 0 <= v <= height.

    ``across`` and ``along`` are orthogonal unit vectors in a frame's axes.
    """

    origin: Vector
    across: Vector
    along: Vector
    width: float
    height: float


def upright(left: float, bottom: float, width: float, height: float, z: float = 0.0) -> Rectangle:
    """A rectangle that stands across the frame's z axis, like a board seen from behind."""
    return Rectangle((left, bottom, z), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), width, height)


class Canvas:
    """Picture buffers of a camera, all of shape (height, width).

    Args:
        camera: The camera whose picture is painted.
        light: Brightness of a surface with the given outward normal (world axes).
    """

    def __init__(self, camera: Camera, light: Callable[[Vector], float]) -> None:
        shape = (camera.height, camera.width)
        self.camera = camera
        self.light = light
        self.rgb: Floats = np.zeros((*shape, 3), dtype=np.float32)
        self.depth: Floats = np.full(shape, FAR, dtype=np.float32)
        self.label = np.zeros(shape, dtype=np.uint8)
        self.instance = np.zeros(shape, dtype=np.int32)
        self._counts: dict[int, int] = {}

    def new_instance(self, label: int) -> int:
        """A fresh instance id of a class: ``label * 1000 + k``, k = 0, 1, ..."""
        count = self._counts.get(label, 0)
        self._counts[label] = count + 1
        return label * 1000 + count

    def paint(
        self,
        frame: Frame,
        area: Rectangle,
        shader: Shader,
        label: int,
        instance: int = 0,
        one_sided: bool = False,
        lift: float = 0.0,
    ) -> None:
        """Paint a rectangle where it is nearer than what is there already.

        Args:
            frame: The axes in which ``area`` is given.
            area: The rectangle.
            shader: Gives the colours of points (u, v), each of shape (n,), in metres.
            label: Label id of the painted pixels, unless the shader gives its own.
            instance: Instance id, 0 where the class has none.
            one_sided: Whether the rectangle is invisible from behind.
            lift: Metres by which it counts as nearer, for decals on another surface.
        """
        found = self._hit(frame, area, one_sided)
        if found is None:
            return
        window, depth, u, v = found
        behind = self.depth[window]
        spots = np.flatnonzero(
            (depth > _NEAR)
            & (depth - lift < behind)
            & (u >= 0)
            & (u <= area.width)
            & (v >= 0)
            & (v <= area.height)
        )
        if not spots.size:
            return
        shaded = shader(u.ravel()[spots], v.ravel()[spots])
        rgb, labels = shaded.rgb, shaded.label
        if shaded.keep is not None:
            spots, rgb = spots[shaded.keep], rgb[shaded.keep]
            labels = None if labels is None else labels[shaded.keep]
        columns = window[1].stop - window[1].start
        rows = spots // columns + window[0].start
        cols = spots % columns + window[1].start
        self.rgb[rows, cols] = rgb * self.light(self._normal(frame, area))
        self.depth[rows, cols] = depth.ravel()[spots]
        self.label[rows, cols] = label if labels is None else labels
        self.instance[rows, cols] = instance

    def darken(self, frame: Frame, area: Rectangle, shader: Callable[..., Floats]) -> None:
        """Multiply what lies on a rectangle of the ground by ``shader(u, v)``, shape (n,)."""
        found = self._hit(frame, area, False)
        if found is None:
            return
        window, depth, u, v = found
        there = (depth > _NEAR) & (np.abs(self.depth[window] - depth) < 0.02 * depth + 0.02)
        there &= (u >= 0) & (u <= area.width) & (v >= 0) & (v <= area.height)
        if there.any():
            self.rgb[window][there] *= shader(u[there], v[there])[:, None]

    def _normal(self, frame: Frame, area: Rectangle) -> Vector:
        """The side of a rectangle that the camera sees, as a normal in world axes."""
        x, y, z = cross(area.across, area.along)
        place = self.camera.seen_from(frame).place
        if dot((x, y, z), _minus(place, area.origin)) < 0:
            x, y, z = -x, -y, -z
        return (frame.cos * x + frame.sin * z, y, frame.cos * z - frame.sin * x)

    def _hit(
        self, frame: Frame, area: Rectangle, one_sided: bool
    ) -> tuple[tuple[slice, slice], Floats, Floats, Floats] | None:
        axes = self.camera.seen_from(frame)
        normal = cross(area.across, area.along)
        offset = _minus(axes.place, area.origin)
        reach = -dot(normal, offset)
        if abs(reach) < 1e-4 or (one_sided and reach > 0):
            return None
        window = self._window(axes, area)
        if window is None:
            return None
        rows, columns = self.camera.rows[window[0]], self.camera.columns[window[1]]

        def along(vector: Vector) -> Floats:
            # The ray's component along a vector is a column part plus a row part.
            part = rows * dot(vector, axes.up) + dot(vector, axes.ahead)
            result: Floats = part[:, None] + columns * dot(vector, axes.right)
            return result

        depth = reach / along(normal)
        u = depth * along(area.across) + dot(area.across, offset)
        v = depth * along(area.along) + dot(area.along, offset)
        return window, depth, u, v

    def _window(self, axes: Axes, area: Rectangle) -> tuple[slice, slice] | None:
        """The rows and columns that can show a rectangle, or None."""
        offset = _minus(area.origin, axes.place)
        corners = []
        for u, v in ((0, 0), (area.width, 0), (area.width, area.height), (0, area.height)):
            point = (
                offset[0] + u * area.across[0] + v * area.along[0],
                offset[1] + u * area.across[1] + v * area.along[1],
                offset[2] + u * area.across[2] + v * area.along[2],
            )
            corners.append((dot(point, axes.right), dot(point, axes.up), dot(point, axes.ahead)))
        seen = []
        for (x, y, z), (x2, y2, z2) in zip(corners, corners[1:] + corners[:1], strict=True):
            if z > _NEAR:
                seen.append((x / z, y / z))
            if (z > _NEAR) != (z2 > _NEAR):
                part = (_NEAR - z) / (z2 - z)
                seen.append(((x + part * (x2 - x)) / _NEAR, (y + part * (y2 - y)) / _NEAR))
        if not seen:
            return None
        camera = self.camera
        xs = [x * camera.focal + camera.u0 for x, _ in seen]
        ys = [camera.v0 - y * camera.focal for _, y in seen]
        left, right = max(int(min(xs)) - 1, 0), min(int(max(xs)) + 2, camera.width)
        top, bottom = max(int(min(ys)) - 1, 0), min(int(max(ys)) + 2, camera.height)
        if left >= right or top >= bottom:
            return None
        return slice(top, bottom), slice(left, right)


def _minus(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])
