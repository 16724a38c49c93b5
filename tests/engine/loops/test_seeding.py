"""Seeds that depend on a place alone, and the generators that they are for."""

import random

import numpy as np
import pytest
import torch

from mmadvent.engine.loops import seeding
from mmadvent.engine.loops.seeding import derive_seed, seed_all_generators, seed_generators


def draw() -> tuple:
    return (
        random.random(),
        random.gauss(0, 1),
        np.random.random(),
        np.random.standard_normal(),
        torch.rand(1).item(),
    )


@pytest.mark.parametrize("numbers", [(3, 0, 0), (2**32 - 1,)])
def test_seeds_are_numpys_mixture_of_the_numbers_and_the_thousand(numbers: tuple) -> None:
    for thousand in (0, 1, 10**6):
        mixture = np.random.SeedSequence([*numbers, thousand]).generate_state(1024)
        assert [derive_seed(numbers, 1024 * thousand + i) for i in range(1024)] == [*mixture]


def test_every_number_and_its_place_count() -> None:
    numbers = [(a, b, c) for a in range(4) for b in range(4) for c in range(3)]
    numbers += [(*some, 1) for some in numbers]  # as an epoch's beside a sample's
    seeds = {derive_seed(some, place) for some in numbers for place in (*range(20), 1024, 9999)}
    assert len(seeds) == len(numbers) * 22


def test_seeds_spread_over_their_range() -> None:
    seeds = [derive_seed((3, rank, 2), i) for rank in range(2) for i in range(2500)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert min(seeds) < 2**32 * 0.01 and max(seeds) > 2**32 * 0.99


def test_a_seed_does_not_depend_on_the_earlier_ones() -> None:
    places = [0, 1, 1023, 1024, 5000, 10**9]
    ahead = [derive_seed((3, 0, 2), place) for place in places]
    seeding._block_of_seeds.cache_clear()
    assert [derive_seed((3, 0, 2), place) for place in reversed(places)] == ahead[::-1]


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
