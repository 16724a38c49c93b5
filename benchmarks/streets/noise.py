"""Value noise on a lattice of random numbers."""

import numpy as np
import numpy.typing as npt

from benchmarks.streets.draws import Draws

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

_SIDE = 256


class Lattice:
    """A 256 x 256 table of random numbers that repeats over the plane."""

    def __init__(self, draws: Draws) -> None:
        self._table = draws.field(_SIDE * _SIDE)

    def cell(self, column: Ints, row: Ints, salt: int = 0) -> Floats:
        """One random number in [0, 1) for each integer cell, shape as ``column``."""
        spot = ((row * 7 + salt * 13) & 255) * _SIDE + ((column + salt * 31) & 255)
        return self._table[spot]

    def smooth(self, u: Floats, v: Floats, salt: int = 0) -> Floats:
        """Bilinear noise in [-1, 1) whose blobs are about one unit of (u, v) wide."""
        left, low = np.floor(u), np.floor(v)
        a, b = u - left, v - low
        column = left.astype(np.int32) + salt * 31
        row = (low.astype(np.int32) + salt * 13) & 255
        here, right = column & 255, (column + 1) & 255
        base, up = row * _SIDE, ((row + 1) & 255) * _SIDE
        table = self._table
        bottom = table[base + here]
        bottom = bottom + a * (table[base + right] - bottom)
        top = table[up + here]
        top = top + a * (table[up + right] - top)
        return (bottom + b * (top - bottom)) * 2 - 1
