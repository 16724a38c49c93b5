"""Random states: saved, restored, isolated."""

import random

import numpy as np
import pytest
import torch

from mmadvent.engine.random_state import isolated_random_state, random_state, set_random_state


def draw() -> tuple:
    return (
        random.random(),
        random.gauss(0, 1),
        np.random.random(),
        np.random.standard_normal(),
        torch.rand(1).item(),
    )


def test_round_trip_through_a_safe_checkpoint(tmp_path):
    draw()  # leaves a spare normal number in Python's and in numpy's generator
    torch.save(random_state(), tmp_path / "state.pth")
    expected = [draw() for _ in range(3)]
    random.seed(7), np.random.seed(7), torch.manual_seed(7)
    assert draw() != expected[0]
    set_random_state(torch.load(tmp_path / "state.pth", weights_only=True))
    assert [draw() for _ in range(3)] == expected


def test_reading_the_state_does_not_change_it():
    random_state()
    set_random_state(random_state())
    state = random_state()
    first = draw()
    set_random_state(state)
    assert draw() == first


@pytest.mark.parametrize("seed", [None, 0, 2**32 - 1])
def test_isolation_leaves_no_trace(seed):
    state = random_state()
    expected = draw()
    set_random_state(state)
    with isolated_random_state(seed):
        draw()
    assert draw() == expected


def test_isolation_restores_after_an_error():
    state = random_state()
    expected = draw()
    set_random_state(state)
    with pytest.raises(KeyError), isolated_random_state(3):
        draw()
        raise KeyError
    assert draw() == expected


def test_equal_seeds_give_equal_numbers_inside():
    def inside(seed):
        with isolated_random_state(seed):
            return draw()

    assert inside(5) == inside(5)
    assert inside(5) != inside(6)
