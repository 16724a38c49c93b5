"""Random numbers that depend on a place alone: the number of a sample, or of an iteration."""

import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from mmengine.device import get_device

_BLOCK = 1024


def mixed_seed(numbers: Sequence[int]) -> int:
    """One seed, in [0, 2^32), out of several numbers.

    Args:
        numbers: each in [0, 2^32). Other numbers give another seed, but for chance and for zeros
            that are appended to fewer than four.
    """
    words = np.array(numbers, np.uint32)  # a list takes nearly twice as long
    return int(np.random.SeedSequence(words).generate_state(1)[0])


def seed_of_iteration(numbers: tuple[int, ...], iteration: int) -> int:
    """As :func:`mixed_seed`, for iterations that follow each other: it mixes once for a thousand.

    Args:
        numbers: those of the run.
        iteration: from 0 on.
    """
    block, place = divmod(iteration, _BLOCK)
    return _block_of_seeds((*numbers, block))[place]


@lru_cache(maxsize=4)
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
