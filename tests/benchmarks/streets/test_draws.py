import pytest

from benchmarks.streets.draws import Draws


def test_the_stream_depends_on_the_key_only() -> None:
    assert [Draws(1, 2).random() for _ in range(2)] == [Draws(1, 2).random()] * 2
    assert Draws(1, 2).random() != Draws(2, 1).random()


def test_the_stream_is_the_same_on_every_machine() -> None:
    draws = Draws(7)
    assert [draws.integer(0, 999) for _ in range(4)] == [625, 897, 775, 225]
    assert Draws(7).field(3).tolist() == [0.54296875, 0.2890625, 0.89453125]


def test_ranges() -> None:
    draws = Draws(0)
    assert {draws.integer(2, 4) for _ in range(100)} == {2, 3, 4}
    assert all(1.0 <= draws.uniform(1.0, 2.0) < 2.0 for _ in range(100))
    assert all(-1.0 <= draws.around(0.0, 1.0) < 1.0 for _ in range(100))
    assert {draws.weighted((1.0, 0.0, 2.0)) for _ in range(100)} == {0, 2}


def test_bell_has_mean_zero_and_deviation_one() -> None:
    noise = Draws(3).bell(200, 200)
    assert noise.shape == (200, 200)
    assert float(noise.mean()) == pytest.approx(0.0, abs=0.02)
    assert float(noise.std()) == pytest.approx(1.0, abs=0.02)
