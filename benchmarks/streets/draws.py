"""Random draws that are the same on every machine.

Only the raw 64-bit output of PCG64 is used: NumPy guarantees that stream, whereas the
distributions of ``numpy.random.Generator`` may change between releases.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")


class Draws:
    """A stream of random draws that depends on nothing but its integer key.

    Args:
        key: Non-negative integers, e.g. ``(seed, domain, split, index)``.
    """

    def __init__(self, *key: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(list(key)))

    def _raw(self, count: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._bits.random_raw(count), dtype=np.uint64)

    def random(self) -> float:
        """A float in [0, 1)."""
        return (int(self._raw(1)[0]) >> 11) * 2.0**-53

    def uniform(self, low: float, high: float) -> float:
        """A float in [low, high)."""
        return low + (high - low) * self.random()

    def around(self, mean: float, spread: float) -> float:
        """A float in [mean - spread, mean + spread), more often near the mean."""
        return mean + spread * (self.random() + self.random() - 1.0)

    def integer(self, low: int, high: int) -> int:
        """An integer in [low, high], both ends included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with the given probability; always draws once."""
        return self.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[self.integer(0, len(options) - 1)]

    def weighted(self, weights: Sequence[float]) -> int:
        """An index of ``weights``, drawn in proportion to them (not all zero)."""
        left = self.random() * sum(weights)
        for index, weight in enumerate(weights):
            if left < weight:
                return index
            left -= weight
        return max(index for index, weight in enumerate(weights) if weight > 0)

    def field(self, *shape: int) -> npt.NDArray[np.float32]:
        """An array of multiples of 1/256 in [0, 1), float32."""
        count = int(np.prod(shape))
        # '<u8' fixes the byte order, so that the bytes are the same on big-endian machines.
        octets = self._raw((count + 7) // 8).astype("<u8").view(np.uint8)[:count]
        return (octets.astype(np.float32) / np.float32(256)).reshape(shape)

    def bell(self, *shape: int) -> npt.NDArray[np.float32]:
        """Bell-shaped noise of mean 0 and standard deviation 1 (a sum of three uniforms)."""
        parts = self.field(3, *shape)
        total: npt.NDArray[np.float32] = parts[0] + parts[1] + parts[2]
        # Three multiples of 1/256 below 1 have the mean 3 * 255 / 512 and the variance 1/4.
        return (total - np.float32(3 * 255 / 512)) * np.float32(2)
