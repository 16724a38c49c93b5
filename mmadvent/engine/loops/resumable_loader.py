"""An endless stream of batches of one domain that can start anywhere."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mmengine.dataset import InfiniteSampler
from torch.utils.data import DataLoader, Dataset, Sampler

from mmadvent.compat import order_of_rank
from mmadvent.engine.loops.pinnable_batch import PinnableBatch, PinnableCollate
from mmadvent.engine.loops.seeding import derive_seed, seed_generators
from mmadvent.errors import InputError
from mmadvent.io.processes import end_with_parent

_ORDER = 1  # sets the seeds of the epochs' orders apart from those of the samples


class ResumableLoader:
    """Batches of a dataloader, for ever, from any position without loading what was skipped.

    Every sample's augmentation draws from generators seeded by its place in the stream, and a
    sampler without a seed of its own from generators seeded by the number of the epoch that it
    begins. So the batches depend on the seed and the position alone: not on the number of workers,
    nor on whether the run was interrupted. Upstream's resume loads all earlier batches and throws
    them away, and its workers then continue with other random numbers than an uninterrupted run.

    The process's generators are not set back: what else draws from them is to seed them first.

    Args:
        dataloader: any PyTorch dataloader with a batch sampler.
        seed: numbers in [0, 2^32) that seed the augmentations; give each domain and each process
            its own.

    Raises:
        InputError: if the dataloader has no batch sampler.
    """

    def __init__(self, dataloader: DataLoader, seed: tuple[int, ...]) -> None:
        if dataloader.batch_sampler is None:
            raise InputError("a domain's dataloader needs a batch size, got batch_size=None")
        self.dataloader = dataloader
        self.seed = seed
        self._batches: Iterator[Any] | None = None

    def seek(self, position: int) -> None:
        """Continue with the batch number ``position``, counted from 0."""
        source = self.dataloader
        indices = _EndlessBatches(source.batch_sampler, self.seed, position)
        dataset = _SeededDataset(source.dataset, self.seed)
        collate = source.collate_fn
        if source.num_workers == 0 and not source.pin_memory:
            # All that a loader adds here is time: as much as seeding the sample.
            self._batches = (collate([dataset[place] for place in batch]) for batch in indices)
            return
        if source.pin_memory:
            collate = PinnableCollate(collate)
        loader = DataLoader(
            dataset,
            batch_sampler=indices,
            num_workers=source.num_workers,
            collate_fn=collate,
            pin_memory=source.pin_memory,
            timeout=source.timeout,
            worker_init_fn=partial(_begin_worker, source.worker_init_fn),
            multiprocessing_context=source.multiprocessing_context,
            prefetch_factor=source.prefetch_factor,
            persistent_workers=source.persistent_workers,
        )
        self._batches = iter(loader)

    def close(self) -> None:
        """Stop the workers; the next batch is that of position 0, unless it is sought anew."""
        self._batches = None

    def __iter__(self) -> "ResumableLoader":
        return self

    def __next__(self) -> Any:
        if self._batches is None:
            self.seek(0)
        assert self._batches is not None
        batch = next(self._batches)
        return batch.contents if isinstance(batch, PinnableBatch) else batch


def _begin_worker(begin: Callable[[int], Any] | None, worker: int) -> None:
    end_with_parent()
    if begin is not None:
        begin(worker)


class _EndlessBatches:
    """Batches of ``(place in the stream, index)``, epoch after epoch, from a position on."""

    def __init__(self, batch_sampler: Sampler, seed: tuple[int, ...], position: int) -> None:
        self.batch_sampler = batch_sampler
        self.seed = seed
        self.position = position

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        for number, batch in enumerate(self._endless()):
            if number >= self.position:
                first = number * self.batch_sampler.batch_size
                yield [(first + offset, index) for offset, index in enumerate(batch)]

    def _endless(self) -> Iterator[list[int]]:
        epoch = 0
        sampler: Any = getattr(self.batch_sampler, "sampler", None)
        if isinstance(sampler, InfiniteSampler):
            # It goes on where it was left, or, once its iterator has been dropped, gives nothing.
            sampler.indices = order_of_rank(sampler)
        empty = False
        while not empty:
            if hasattr(sampler, "set_epoch"):
                sampler.set_epoch(epoch)
            # Torch's samplers draw their order, or its seed, now.
            seed_generators(derive_seed((*self.seed, _ORDER), epoch))
            empty = True
            for batch in self.batch_sampler:
                empty = False
                yield batch
            epoch += 1
        raise InputError(
            "a domain's dataloader needs at least one batch: its data set has fewer samples than "
            "batch_size and drop_last is set"
        )


class _SeededDataset(Dataset):
    """Gives each sample the random numbers of its place in the stream."""

    def __init__(self, dataset: Dataset, seed: tuple[int, ...]) -> None:
        self.dataset = dataset
        self.seed = seed

    def __getitem__(self, place: tuple[int, int]) -> Any:
        number, index = place
        seed_generators(derive_seed(self.seed, number))
        return self.dataset[index]
