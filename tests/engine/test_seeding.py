"""Seeds that depend on a place alone, and the generators that they are for."""

import random

import numpy as np
import pytest
import torch

from mmadvent.engine import seeding
from mmadvent.engine.seeding import (
    mixed_seed,
    seed_all_generators,
    seed_generators,
    seed_of_iteration,
)


def draw() -> tuple:
    return (
        random.random(),
        random.gauss(0, 1),
        np.random.random(),
        np.random.standard_normal(),
        torch.rand(1).item(),
    )


@pytest.mark.parametrize(
    ("numbers", "seed"),
    [
        # Published results depend on these.
        ((3, 0, 0, 0), 1576890651),
        ((3, 0, 1, 77), 125130566),
        ((0, 1, 0, 2**32 - 1), 3660960805),
    ],
)
def test_seeds_stay_what_they_were(numbers: tuple, seed: int) -> None:
    assert mixed_seed(numbers) == mixed_seed(list(numbers)) == seed


def test_every_number_and_its_place_count() -> None:
    places = [(a, b, c, d) for a in range(4) for b in range(4) for c in range(3) for d in range(20)]
    places += [(*place, 1) for place in places]
    assert len({mixed_seed(place) for place in places}) == len(places)


def test_iterations_have_different_seeds() -> None:
    """Also those of other ranks, and beyond the thousand that are mixed at once."""
    seeds = [seed_of_iteration((3, rank, 2), i) for rank in range(2) for i in range(2500)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert min(seeds) < 2**32 * 0.01 and max(seeds) > 2**32 * 0.99


def test_seed_of_an_iteration_does_not_depend_on_the_earlier_ones() -> None:
    iterations = [0, 1, 1023, 1024, 5000, 10**9]
    ahead = [seed_of_iteration((3, 0, 2), i) for i in iterations]
    seeding._block_of_seeds.cache_clear()
    assert [seed_of_iteration((3, 0, 2), i) for i in reversed(iterations)] == ahead[::-1]


def test_seeds_of_steps_are_none_of_samples() -> None:
    steps = {seed_of_iteration((3, 0, 2), i) for i in range(200)}
    samples = {mixed_seed((3, 0, domain, i)) for domain in range(2) for i in range(200)}
    assert not steps & samples


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_a_seed_sets_every_generator(seed: int) -> None:
    def first() -> tuple:
        seed_generators(seed)
        return draw()  # and leaves a spare normal number in Python's and in numpy's generator

    expected = (
        random.Random(seed).random(),
        np.random.RandomState(seed).random_sample(),
        torch.rand(1, generator=torch.Generator().manual_seed(seed)).item(),
    )
    drawn = first()
    assert (drawn[0], drawn[2], drawn[4]) == expected
    assert first() == drawn
    seed_generators(5)
    assert not set(draw()) & set(drawn)


@pytest.mark.parametrize(("device", "seeded"), [("cpu", []), ("cuda", [7]), ("npu", [7])])
def test_accelerators_are_seeded_where_there_are_any(
    monkeypatch: pytest.MonkeyPatch, device: str, seeded: list
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(seeding, "get_device", lambda: device)
    monkeypatch.setattr(torch, "manual_seed", calls.append)
    seed_all_generators(7)
    drawn = draw()
    assert calls == seeded
    seed_generators(7)
    assert draw() == drawn


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_numbers_of_the_gpu() -> None:
    def first(seed: int) -> list:
        seed_all_generators(seed)
        return torch.rand(3, device="cuda").tolist()

    assert first(7) == first(7) != first(8)
