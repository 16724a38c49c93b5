"""Depth from disparity, along rays, and where it is missing, against numbers worked out by hand."""

import numpy as np
import pytest

from mmadvent.errors import InputError
from mmadvent.translation.fog import depth_from_disparity, distance_along_rays, fill_holes

NAN, INF = np.nan, np.inf


def test_depth_from_the_code() -> None:
    # d = (p - 1) / 256 pixels: 0 (nothing measured), 0, 1, 2 and 64 pixels.
    code = np.array([[0, 1, 257, 513, 64 * 256 + 1]], np.uint16)
    depth = depth_from_disparity(code, baseline=0.25, fx=400)
    assert depth.dtype == np.float32
    np.testing.assert_allclose(depth, [[NAN, INF, 100, 50, 100 / 64]])


def test_distance_is_that_of_the_point_in_space() -> None:
    depth = np.random.default_rng(0).uniform(1, 100, (5, 7)).astype(np.float32)
    fx, u0, v0 = 3.0, 2.5, 3.5
    distance = distance_along_rays(depth, fx, u0, v0)
    assert distance.dtype == np.float32
    for row in range(5):
        for column in range(7):
            z = depth[row, column]
            point = (z * (column + 0.5 - u0) / fx, z * (row + 0.5 - v0) / fx, z)
            np.testing.assert_allclose(distance[row, column], np.linalg.norm(point), rtol=1e-6)
    assert distance[3, 2] == depth[3, 2]  # on the optical axis


def test_thirteen_percent_more_in_the_corner_of_cityscapes() -> None:
    far = distance_along_rays(np.ones((1024, 2048), np.float32), 2262.52, 1096.98, 513.137)
    np.testing.assert_allclose(far.max(), 1.13, atol=0.005)


def test_unknown_and_infinite_stay() -> None:
    distance = distance_along_rays(np.array([[NAN, INF]], np.float32), 1, 0, 0)
    assert np.isnan(distance[0, 0]) and np.isinf(distance[0, 1])


HOLED = np.array([[NAN, 10, NAN, NAN, 40], [NAN, NAN, INF, NAN, NAN]], np.float32)


def test_holes_are_far() -> None:
    filled = fill_holes(HOLED)
    np.testing.assert_array_equal(filled, [[INF, 10, INF, INF, 40], [INF, INF, INF, INF, INF]])
    assert filled.dtype == np.float32


def test_holes_are_as_far_as_the_nearest_measurement() -> None:
    filled = fill_holes(HOLED, "nearest")
    assert filled[0, 0] == filled[1, 0] == 10
    assert filled[0, 3] == filled[1, 4] == 40
    assert filled[1, 2] == INF and filled[0, 1] == 10 and filled[0, 4] == 40
    assert not np.isnan(filled).any()


@pytest.mark.parametrize("holes", ["far", "nearest"])
def test_all_or_nothing_measured(holes: str) -> None:
    whole = np.array([[1, 2]], np.float32)
    np.testing.assert_array_equal(fill_holes(whole, holes), whole)
    np.testing.assert_array_equal(fill_holes(np.full((2, 2), NAN, np.float32), holes), INF)


def test_unknown_way() -> None:
    with pytest.raises(InputError) as caught:
        fill_holes(HOLED, "zero")
    assert str(caught.value) == "holes must be one of far, nearest, got 'zero'"
