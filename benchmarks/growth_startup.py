"""What the number of target files costs before the first iteration."""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mmengine.registry import DATASETS, init_default_scope
from mmengine.runner import Runner
from torch.utils.data import DataLoader, Dataset

import mmadvent.segmentation  # noqa: F401  (registers the data sets)
from benchmarks.growth_rows import FILES, LISTING, LISTING_PEAK, SHUFFLING, Curve, curve
from benchmarks.speed.memory import MIB
from benchmarks.speed.ours import method_config
from benchmarks.speed.rows import Settings
from benchmarks.speed.timing import interleave, ready
from mmadvent.engine.domain_stream import DomainStream

FULL, QUICK = (1_000, 10_000, 100_000), (10, 20)
SKIPPED, QUICK_SKIPPED = (1_000, 10_000, 120_000), (10, 20)
A_CITY = 1_000  # files in a folder
SKIPS = "iterations before the resumed one"


class Places(Dataset):
    """A data set whose samples cost nothing."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> int:
        return index


def write_files(root: Path, count: int) -> None:
    """Empty files in the layout of Cityscapes' training images."""
    for index in range(count):
        city = root / f"leftImg8bit/train/city{index // A_CITY:06d}"
        if index % A_CITY == 0:
            city.mkdir(parents=True)
        (city / f"city_{index:09d}_000019_leftImg8bit.png").touch()


def listing(root: str) -> Callable[[], Dataset]:
    """Build the config's target data set, as a run does at its start."""
    init_default_scope("mmseg")
    config = method_config("advent", quick=True).train_cfg.target_dataloader.dataset
    config.data_root = root
    return lambda: DATASETS.build(config)


def traced_peak(run: Callable[[], object]) -> float:
    """MiB of Python's and NumPy's memory that a function needs at its worst."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


def kept(root: str) -> int:
    """Bytes of the list that every process keeps."""
    dataset = listing(root)()
    return dataset.data_bytes.nbytes + dataset.data_address.nbytes


def loader(count: int) -> DataLoader:
    """Shuffled batches of one of ``count`` samples, in this process."""
    sampler = dict(type="InfiniteSampler", shuffle=True)
    config = dict(batch_size=1, num_workers=0, dataset=Places(count), sampler=sampler)
    return Runner.build_dataloader(config, seed=0)


def first_batch(count: int, position: int) -> Callable[[], object]:
    """The first batch of a stream over ``count`` samples that starts at a position."""
    stream = DomainStream(loader(count), (0,))

    def run() -> None:
        stream.seek(position)
        next(stream)
        stream.close()

    return run


def curves(settings: Settings) -> Iterator[Curve]:
    """The listing, the shuffling, and finding the place of a resumed run."""
    counts, skipped = (QUICK, QUICK_SKIPPED) if settings.quick else (FULL, SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        roots = {count: str(Path(folder) / str(count)) for count in counts}
        for count, root in roots.items():
            write_files(Path(root), count)
        seconds = interleave(
            {str(count): ready(listing(root)) for count, root in roots.items()}, settings.repeats
        )
        peaks = [[traced_peak(listing(root))] for root in roots.values()]
        bytes_kept = [[kept(root) / MIB] for root in roots.values()]
    yield curve(FILES, LISTING, "s", counts, [*seconds.values()])
    yield curve(FILES, LISTING_PEAK, "MiB", counts, peaks)
    yield curve(FILES, "list that is kept", "MiB", counts, bytes_kept)
    seconds = interleave(
        {str(count): partial(first_batch, count, 0) for count in counts}, settings.repeats
    )
    yield curve(FILES, SHUFFLING, "s", counts, [*seconds.values()])
    seconds = interleave(
        {str(place): partial(first_batch, counts[0], place) for place in skipped}, settings.repeats
    )
    yield curve(SKIPS, "first place in the stream", "s", skipped, [*seconds.values()])
