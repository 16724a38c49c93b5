"""Exponents and lines of known curves."""

import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.growth_fit import Line, line, power
from benchmarks.growth_rows import Curve, curve


def exact(x, values):
    return curve("size", "time", "s", x, [[value] for value in values])


@pytest.mark.parametrize("exponent", [-0.5, 0.0, 1.0, 2.0])
def test_a_power_law_has_its_exponent_and_no_error(exponent):
    fit = power(exact([1, 2, 5, 30], [3.0 * x**exponent for x in (1, 2, 5, 30)]))
    assert fit.exponent == pytest.approx(exponent, abs=1e-12)
    assert fit.error == pytest.approx(0.0, abs=1e-12)
    assert (fit.low, fit.high) == pytest.approx((exponent, exponent), abs=1e-12)


def test_the_standard_error_is_that_of_linear_regression():
    x, y = [1.0, 2.0, 4.0, 8.0], [1.0, 2.2, 3.7, 8.5]
    fit, reference = power(exact(x, y)), stats.linregress(np.log(x), np.log(y))
    assert fit.exponent == pytest.approx(reference.slope)
    assert fit.error == pytest.approx(reference.stderr)
    assert fit.low == pytest.approx(reference.slope - reference.stderr)
    assert fit.high == pytest.approx(reference.slope + reference.stderr)


def test_two_sizes_have_a_range_and_no_error():
    fit = power(curve("levels", "time", "s", [1, 2], [[1.0, 0.5, 2.0], [4.0, 2.0, 8.0]]))
    assert (fit.exponent, fit.error) == (pytest.approx(2.0), None)
    assert (fit.low, fit.high) == pytest.approx((0.0, 4.0))


def test_a_straight_line_is_found():
    fit = line(exact([1, 10, 1000], [7.0 + 0.25 * x for x in (1, 10, 1000)]))
    assert (fit.fixed, fit.each) == pytest.approx((7.0, 0.25))
    assert fit(4) == pytest.approx(8.0)


def test_errors_of_a_line_are_relative():
    """The minimum of sum ((a + b x - y) / y)^2, by its normal equations."""
    x, y = np.array([1.0, 2.0, 100.0]), np.array([1.0, 3.0, 90.0])
    weights = 1 / y**2
    normal = [[weights.sum(), (weights * x).sum()], [(weights * x).sum(), (weights * x**2).sum()]]
    fixed, each = np.linalg.solve(normal, [(weights * y).sum(), (weights * x * y).sum()])
    fit = line(exact(x, y))
    assert (fit.fixed, fit.each) == pytest.approx((fixed, each))
    assert not math.isclose(each, np.polyfit(x, y, 1)[0], rel_tol=1e-2)


def test_nothing_is_fitted_to_a_measured_zero():
    assert power(exact([1, 2], [0.0, 1.0])) is None
    assert line(exact([1, 2], [0.0, 1.0])) is None
    # A repetition that is 0 has no logarithm, the median still has a line.
    some = curve("size", "memory", "MiB", [1, 2], [[0.0, 1.0, 2.0], [2.0, 2.0, 2.0]])
    assert power(some) is None
    assert line(some) == Line(pytest.approx(0.0, abs=1e-12), pytest.approx(1.0))


def test_a_curve_has_the_median_and_the_range_of_each_size():
    assert curve("pixels", "time", "s", (1, 2), [[3.0, 1.0, 2.0], [5.0, 9.0]]) == Curve(
        "pixels", "time", "s", (1.0, 2.0), (2.0, 7.0), (1.0, 5.0), (3.0, 9.0)
    )
