from dataclasses import replace

import pytest

from benchmarks.streets.domains import GAME_GTA5, GAME_SYNTHIA, REAL
from benchmarks.streets.style import interpolate


def test_the_ends_of_the_gap_are_exact() -> None:
    for game in (GAME_GTA5, GAME_SYNTHIA):
        assert interpolate(game, REAL, 0.0) == game
        assert interpolate(game, REAL, 1.0) == REAL


def test_between_the_ends_every_number_is_blended() -> None:
    half = interpolate(GAME_GTA5, REAL, 0.5)
    assert half.sensor.noise == pytest.approx((GAME_GTA5.sensor.noise + REAL.sensor.noise) / 2)
    assert half.palette.car[0][0] == pytest.approx(
        (GAME_GTA5.palette.car[0][0] + REAL.palette.car[0][0]) / 2
    )


def test_beyond_the_real_domain_numbers_stop_at_their_limits() -> None:
    far = interpolate(GAME_GTA5, REAL, 10.0)
    assert far.light.cloud == 1.0
    assert far.palette.sky_top[:2] == (1.0, 1.0)
    assert far.sensor.blur == 4.0


@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf")])
def test_interpolate_refuses_other_strengths(strength: float) -> None:
    with pytest.raises(ValueError) as caught:
        interpolate(GAME_GTA5, REAL, strength)
    assert str(caught.value) == (f"the gap's strength must be a finite number >= 0, got {strength}")


def test_a_number_outside_its_limits_is_refused() -> None:
    with pytest.raises(ValueError) as caught:
        replace(REAL, sensor=replace(REAL.sensor, blur=9.0))
    assert str(caught.value) == "sensor.blur must lie in [0, 4], got 9"


def test_a_color_outside_its_limits_is_refused() -> None:
    with pytest.raises(ValueError) as caught:
        replace(REAL, palette=replace(REAL.palette, marking=(0.5, 1.5, 0.5)))
    assert str(caught.value) == "palette.marking must lie in [0, 1], got 1.5"


def test_the_domains_differ_in_every_group() -> None:
    for other in (GAME_SYNTHIA, REAL):
        for group in ("palette", "surface", "light", "sensor", "view", "population"):
            assert getattr(GAME_GTA5, group) != getattr(other, group)
