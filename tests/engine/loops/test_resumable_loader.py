"""A stream of batches: the same from any position, whatever the workers."""

import multiprocessing
import random

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler
from torch.utils.data import (
    DataLoader,
    Dataset,
    RandomSampler,
    Sampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

from mmadvent.engine import ResumableLoader
from mmadvent.engine.loops.seeding import seed_generators
from mmadvent.errors import InputError

SAMPLES, BATCH = 7, 2


class NoisyDataset(Dataset):
    """Samples with random augmentation from all three generators; remembers what was loaded."""

    def __init__(self) -> None:
        self.loaded: list[int] = []

    def __len__(self) -> int:
        return SAMPLES

    def __getitem__(self, index: int) -> torch.Tensor:
        self.loaded.append(index)
        noise = [random.random(), np.random.random(), torch.rand(1).item()]
        return torch.tensor([index, *noise], dtype=torch.float64)


def loader(
    sampler: str = "infinite", workers: int = 0, dataset: Dataset | None = None
) -> DataLoader:
    dataset = dataset or NoisyDataset()
    samplers = {"infinite": InfiniteSampler, "default": DefaultSampler}
    return DataLoader(
        dataset,
        batch_size=BATCH,
        sampler=samplers[sampler](dataset, shuffle=True, seed=3),
        num_workers=workers,
    )


def batches(stream: ResumableLoader, count: int) -> torch.Tensor:
    return torch.cat([next(stream) for _ in range(count)])


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("sampler", ["infinite", "default"])
def test_continues_like_an_uninterrupted_stream(sampler, workers):
    # Ten batches are nearly three passes over the data, with a short batch in each with 'default'.
    whole = [next(s) for s in [ResumableLoader(loader(sampler), (1, 0, 0))] * 10]
    for position in (0, 3, 5):
        stream = ResumableLoader(loader(sampler, workers), (1, 0, 0))
        stream.seek(position)
        for expected in whole[position:]:
            assert torch.equal(next(stream), expected)


@pytest.mark.parametrize("sampler", ["infinite", "default"])
def test_may_be_moved_back_and_forth(sampler):
    stream = ResumableLoader(loader(sampler), (1, 0, 0))
    whole = [next(stream) for _ in range(6)]
    for position in (0, 4, 2):
        stream.seek(position)
        assert torch.equal(next(stream), whole[position])


def test_every_pass_sees_every_sample_in_another_order():
    drawn = batches(ResumableLoader(loader("default"), (0,)), 8)[:, 0].tolist()
    first, second = drawn[:SAMPLES], drawn[SAMPLES : 2 * SAMPLES]
    assert sorted(first) == sorted(second) == list(range(SAMPLES))
    assert first != second


def test_repeated_samples_are_augmented_anew():
    drawn = batches(ResumableLoader(loader(), (0,)), 2 * SAMPLES)
    noise = drawn[:, 1:].flatten()
    assert len(noise.unique()) == len(noise)


def test_seeds_change_the_augmentation_only():
    one, other = (batches(ResumableLoader(loader(), seed), 5) for seed in [(1, 0, 0), (1, 0, 1)])
    assert torch.equal(one[:, 0], other[:, 0])
    assert (one[:, 1:] != other[:, 1:]).all()


def test_skipped_samples_are_not_loaded():
    dataset = NoisyDataset()
    stream = ResumableLoader(loader(dataset=dataset), (0,))
    stream.seek(1000)
    batch = next(stream)
    assert dataset.loaded == batch[:, 0].tolist()


def test_augmentation_is_seeded_by_the_place_in_the_stream():
    """By the seed's numbers and that of the sample's thousand, mixed as numpy does it."""
    stream = ResumableLoader(loader(), (5, 1, 0))
    stream.seek(1020 // BATCH)
    seeds = [
        seed
        for thousand in range(2)
        for seed in np.random.SeedSequence([5, 1, 0, thousand]).generate_state(1024).tolist()
    ]
    for seed, noise in zip(seeds[1020:], batches(stream, 4)[:, 1:], strict=False):
        assert noise.tolist() == [
            random.Random(seed).random(),
            np.random.RandomState(seed).random_sample(),
            torch.rand(1, generator=torch.Generator().manual_seed(seed)).item(),
        ]


SAMPLERS = {
    "random": RandomSampler,
    "with replacement": lambda dataset: RandomSampler(dataset, replacement=True),
    "subset": lambda dataset: SubsetRandomSampler(range(SAMPLES)),
    "weighted": lambda dataset: WeightedRandomSampler([1.0] * SAMPLES, SAMPLES),
}


def torch_loader(name: str, workers: int = 0) -> DataLoader:
    dataset = NoisyDataset()
    sampler: Sampler = SAMPLERS[name](dataset)
    return DataLoader(dataset, BATCH, sampler=sampler, num_workers=workers)


@pytest.mark.parametrize("name", SAMPLERS)
def test_samplers_without_a_seed_give_each_epoch_its_order(name):
    """Torch's draw it from the process's generators, which each iteration of a loop seeds."""
    stream = ResumableLoader(torch_loader(name), (1, 0, 0))
    whole = []
    for _ in range(10):
        whole.append(next(stream))
        seed_generators(9)
    drawn = torch.cat(whole)[:, 0].tolist()
    assert drawn[:SAMPLES] != drawn[SAMPLES : 2 * SAMPLES]
    seed_generators(4)
    for position, workers in ((0, 0), (3, 0), (5, 0), (5, 2)):
        stream = ResumableLoader(torch_loader(name, workers), (1, 0, 0))
        stream.seek(position)
        for expected in whole[position:]:
            assert torch.equal(next(stream), expected)
    other = batches(ResumableLoader(torch_loader(name), (1, 1, 0)), 10)[:, 0].tolist()
    assert other != drawn


def test_closing_stops_the_workers():
    before = set(multiprocessing.active_children())
    stream = ResumableLoader(loader(workers=2), (0,))
    first = next(stream)
    assert len(set(multiprocessing.active_children()) - before) == 2
    stream.close()
    assert not set(multiprocessing.active_children()) - before
    assert torch.equal(next(stream), first)


def test_refuses_a_loader_without_batches():
    with pytest.raises(InputError) as error:
        ResumableLoader(DataLoader(NoisyDataset(), batch_size=None), (0,))
    assert str(error.value) == "a domain's dataloader needs a batch size, got batch_size=None"


def test_refuses_a_loader_that_never_gives_a_batch():
    dataset = NoisyDataset()
    empty = DataLoader(dataset, batch_size=SAMPLES + 1, drop_last=True)
    with pytest.raises(
        InputError, match="needs at least one batch: its data set has fewer samples"
    ):
        next(ResumableLoader(empty, (0,)))
