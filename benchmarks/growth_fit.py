"""How a measured quantity grows: the exponent of a power law, and a straight line."""

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.growth_rows import Curve


@dataclass(frozen=True)
class Power:
    """y = c x^exponent.

    Attributes:
        exponent: the slope of log y over log x.
        error: its standard error; None of two sizes, which a line always goes through.
        low: of two sizes the smallest slope that their repetitions allow, else a standard error
            below the slope.
        high: the largest, or a standard error above.
    """

    exponent: float
    error: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """y = fixed + each x."""

    fixed: float
    each: float

    def __call__(self, x: float) -> float:
        return self.fixed + self.each * x


def power(measured: Curve) -> Power | None:
    """Least squares of log y over log x; None where a value is 0.

    The standard error is that of the slope, sqrt(S / (n - 2) / sum (log x - mean)^2), where S is
    the sum of the squared residuals.
    """
    if min(measured.low) <= 0:
        return None
    x, y = np.log(measured.x), np.log(measured.y)
    away = x - x.mean()
    spread = float(away @ away)
    slope = float(away @ y) / spread
    if len(x) == 2:
        low, high = np.log(measured.low), np.log(measured.high)
        width = float(x[1] - x[0])
        return Power(slope, None, float(low[1] - high[0]) / width, float(high[1] - low[0]) / width)
    residuals = y - y.mean() - slope * away
    error = math.sqrt(float(residuals @ residuals) / (len(x) - 2) / spread)
    return Power(slope, error, slope - error, slope + error)


def line(measured: Curve) -> Line | None:
    """Least squares of (fixed + each x - y) / y: small sizes weigh as much as large ones.

    None where a value is 0.
    """
    if min(measured.y) <= 0:
        return None
    x, y = np.array(measured.x), np.array(measured.y)
    columns = np.stack([1 / y, x / y], axis=1)
    (fixed, each), *_ = np.linalg.lstsq(columns, np.ones_like(y), rcond=None)
    return Line(float(fixed), float(each))
