"""Random numbers that depend on a place alone: the number of a sample, an iteration or an epoch."""

import random
from functools import lru_cache

import numpy as np
import torch
from mmengine.device import get_device

_BLOCK = 1024


def derive_seed(numbers: tuple[int, ...], place: int) -> int:
    """One seed, in [0, 2^32), out of several numbers and one that is counted.

    It mixes once for a thousand places: each alone takes longer than seeding the generators.

    Args:
        numbers: each in [0, 2^32). Others give another seed, but for chance and for zeros that are
            appended to fewer than three.
        place: the number of a sample, an iteration or an epoch, from 0 on.
    """
    block, offset = divmod(place, _BLOCK)
    return _block_of_seeds((*numbers, block))[offset]


@lru_cache(maxsize=8)  # samples and orders of two domains, and the steps
def _block_of_seeds(numbers: tuple[int, ...]) -> list[int]:
    return np.random.SeedSequence(numbers).generate_state(_BLOCK).tolist()


def seed_generators(seed: int) -> None:
    """Seed Python's, numpy's and torch's CPU generators.

    Args:
        seed: in [0, 2^32).
    """
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)


def seed_all_generators(seed: int) -> None:
    """Seed those of :func:`seed_generators` and the accelerator's.

    Args:
        seed: in [0, 2^32).
    """
    seed_generators(seed)
    if get_device() != "cpu":  # where there is no accelerator, this takes 0.1 ms for nothing
        torch.manual_seed(seed)
