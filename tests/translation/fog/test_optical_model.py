"""The optical model against numbers worked out by hand."""

import math

import numpy as np
import pytest

from mmadvent.errors import InputError
from mmadvent.translation.fog import blend_fog, transmission


def test_transmission_halves_at_equal_steps() -> None:
    beta = math.log(2) / 50
    share = transmission(np.array([[0.0, 50.0, 100.0, np.inf]]), beta)
    assert share.dtype == np.float32
    np.testing.assert_allclose(share, [[1, 0.5, 0.25, 0]], atol=1e-6)


def test_five_percent_are_left_at_the_meteorological_range() -> None:
    np.testing.assert_allclose(transmission(np.array([150.0]), 0.02), math.exp(-3), rtol=1e-5)
    np.testing.assert_allclose(transmission(np.array([2.996 / 0.005]), 0.005), 0.05, rtol=1e-3)


def test_without_fog_all_is_seen_even_the_infinitely_far() -> None:
    np.testing.assert_array_equal(transmission(np.array([0.0, 9.0, np.inf]), 0.0), 1)


@pytest.mark.parametrize("beta", [-0.01, math.nan, math.inf])
def test_density_out_of_range(beta: float) -> None:
    with pytest.raises(InputError) as caught:
        transmission(np.ones(2), beta)
    assert str(caught.value) == f"beta must be a finite number >= 0 (in 1/m), got {beta}"


def test_blending_by_hand() -> None:
    image = np.array([[[100, 0, 255], [100, 0, 255], [100, 0, 255], [101, 0, 2]]], np.uint8)
    share = np.array([[1.0, 0.5, 0.0, 0.25]], np.float32)
    foggy = blend_fog(image, share, (200, 220, 250))
    assert foggy.dtype == np.uint8
    # 101 / 4 + 200 * 3 / 4 = 175.25; 220 * 3 / 4 = 165; 2 / 4 + 250 * 3 / 4 = 188.
    assert foggy.tolist() == [[[100, 0, 255], [150, 110, 252], [200, 220, 250], [175, 165, 188]]]
    assert image[0, 1].tolist() == [100, 0, 255]


def test_floats_are_not_rounded() -> None:
    image = np.array([[[101.0, 0.0, 2.0]]], np.float32)
    foggy = blend_fog(image, np.array([[0.25]], np.float32), (200, 220, 250))
    assert foggy.dtype == np.float32
    np.testing.assert_allclose(foggy, [[[175.25, 165, 188]]])
