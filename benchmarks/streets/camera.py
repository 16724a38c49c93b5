"""The pin-hole camera and the frames of the things it looks at.

World axes: x to the right across the street, y up, z ahead along the street, in metres.
Directions are given by tangents instead of angles, so that only exactly rounded
operations (+, -, *, /, sqrt) stand between the seed and the pixels.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Vector = tuple[float, float, float]


def heading(tangent: float) -> tuple[float, float]:
    """(cos, sin) of the angle with the given tangent, in (-90, 90) degrees."""
    cos = 1.0 / sqrt(1.0 + tangent * tangent)
    return cos, tangent * cos


def dot(a: Vector, b: Vector) -> float:
    """The inner product of two vectors."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """The outer product of two vectors."""
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


@dataclass(frozen=True)
class Frame:
    """An upright object's own axes: origin (x, 0, z), its z axis pointing to (sin, 0, cos)."""

    x: float = 0.0
    z: float = 0.0
    cos: float = 1.0
    sin: float = 0.0

    def turned(self, cos: float, sin: float) -> "Frame":
        """This frame turned to the right by the angle with the given cos and sin."""
        return Frame(
            self.x, self.z, self.cos * cos - self.sin * sin, self.sin * cos + self.cos * sin
        )

    def moved(self, right: float, ahead: float) -> "Frame":
        """This frame shifted along its own axes, in metres."""
        return Frame(
            self.x + self.cos * right + self.sin * ahead,
            self.z - self.sin * right + self.cos * ahead,
            self.cos,
            self.sin,
        )

    def inward(self, vector: Vector) -> Vector:
        """A world direction in this frame's axes."""
        x, y, z = vector
        return (self.cos * x - self.sin * z, y, self.sin * x + self.cos * z)


@dataclass(frozen=True)
class Axes:
    """The camera seen from some frame: its place and its three unit axes."""

    place: Vector
    right: Vector
    up: Vector
    ahead: Vector


class Camera:
    """A pin-hole camera at (x, height, 0) that looks along the street.

    A pixel's ray is ``right * px + up * py + ahead``, with px, py in focal lengths, so that
    the ray's parameter is the depth along the optical axis in metres.

    Args:
        width: Picture width in pixels.
        height: Picture height in pixels.
        focal: Focal length in pixels.
        x: Place across the street in metres.
        elevation: Height above the road in metres.
        pitch: Tangent of the angle by which it looks down.
        yaw: Tangent of the angle by which it looks to the right.
    """

    def __init__(
        self,
        width: int,
        height: int,
        focal: float,
        x: float,
        elevation: float,
        pitch: float,
        yaw: float,
    ) -> None:
        self.width, self.height, self.focal = width, height, focal
        self.u0, self.v0 = width / 2, height / 2
        cos, sin = heading(yaw)
        down_cos, down_sin = heading(pitch)
        self.axes = Axes(
            place=(x, elevation, 0.0),
            right=(cos, 0.0, -sin),
            up=(sin * down_sin, down_cos, cos * down_sin),
            ahead=(sin * down_cos, -down_sin, cos * down_cos),
        )
        self.columns: npt.NDArray[np.float32] = (
            (np.arange(width, dtype=np.float64) + (0.5 - self.u0)) / focal
        ).astype(np.float32)
        self.rows: npt.NDArray[np.float32] = (
            ((self.v0 - 0.5) - np.arange(height, dtype=np.float64)) / focal
        ).astype(np.float32)

    def seen_from(self, frame: Frame) -> Axes:
        """The camera's place and axes in a frame's axes."""
        axes, (x, y, z) = self.axes, self.axes.place
        return Axes(
            place=frame.inward((x - frame.x, y, z - frame.z)),
            right=frame.inward(axes.right),
            up=frame.inward(axes.up),
            ahead=frame.inward(axes.ahead),
        )
