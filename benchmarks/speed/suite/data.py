"""The training pipelines of GTA5 and Cityscapes, from the PNG to the network's input."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmseg.registry import MODELS
from torch import Tensor
from torch.utils.data import DataLoader

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from benchmarks.speed.ours import method_config
from benchmarks.speed.pictures import write_cityscapes, write_gta5
from benchmarks.speed.released.data import ReleasedImages
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.segmentation.datasets.cityscapes_classes import LABEL_IDS

GOAL = 0.667  # one and a half times as fast
IMAGES = 16  # enough that the first, which nothing overlaps with, counts for little
Batch = tuple[Tensor, ...]
"""The image (1, 3, H, W) and, for a source, its label (1, H, W)."""


def our_batches(config: Config, loader: dict, root: Path) -> Callable[[], Iterator[Batch]]:
    """The config's loader with one worker, over the data below a folder, and the preprocessor."""
    init_default_scope("mmseg")
    loader = loader | dict(
        num_workers=1, sampler=dict(type="DefaultSampler", shuffle=False, round_up=False)
    )
    loader["dataset"] = loader["dataset"] | dict(data_root=str(root))
    built = Runner.build_dataloader(loader)
    preprocess = MODELS.build(config.model.data_preprocessor)

    def batches() -> Iterator[Batch]:
        for batch in built:
            data = preprocess(batch, training=True)
            sample = data["data_samples"][0]
            label = (sample.gt_sem_seg.data,) if "gt_sem_seg" in sample else ()
            yield (data["inputs"], *label)

    return batches


def released_batches(dataset: ReleasedImages) -> Callable[[], Iterator[Batch]]:
    """A loader with one worker; the loss turns the label into integers."""
    loader = DataLoader(dataset, batch_size=1, num_workers=1, persistent_workers=True)

    def batches() -> Iterator[Batch]:
        for image, *label in loader:
            yield (image, *(values.long() for values in label))

    return batches


def set_scale(pipeline: list[dict], scale: tuple[int, int]) -> None:
    """Have a pipeline resize to a width and a height."""
    for step in pipeline:
        if step["type"] == "Resize":
            step["scale"] = scale


def check_same(ours: Iterator[Batch], reference: Iterator[Batch]) -> None:
    """Refuse to time two things that differ.

    Raises:
        AssertionError: if a byte differs.
    """
    for mine, other in zip(ours, reference, strict=True):
        assert len(mine) == len(other)
        assert all(torch.equal(a, b) for a, b in zip(mine, other, strict=True))


def pairs(root: Path, quick: bool) -> dict[str, tuple[Callable, Callable]]:
    """Both data sets, written below ``root``: our batches and the reference's."""
    config = method_config("minent", quick=True)
    source, target = config.train_dataloader, config.target_dataloader
    scales = config.source_scale, config.target_scale
    if quick:
        scales = (80, 48), (64, 32)
        for loader, scale in zip((source, target), scales, strict=True):
            set_scale(loader["dataset"]["pipeline"], scale)
    shrink = 16 if quick else 1
    count = 2 if quick else IMAGES
    images, labels = write_gta5(root / "gta5", count, (1914 // shrink, 1052 // shrink))
    targets, _ = write_cityscapes(root / "cs", "train", count, (2048 // shrink, 1024 // shrink))
    table = dict(LABEL_IDS)
    return {
        "GTA5": (
            our_batches(config, source, root / "gta5"),
            released_batches(ReleasedImages(images, labels, scales[0], table)),
        ),
        "Cityscapes": (
            our_batches(config, target, root / "cs"),
            released_batches(ReleasedImages(targets, None, scales[1], table)),
        ),
    }


def run(settings: Settings) -> Iterator[Row]:
    """Time of an image with one worker; both sides give the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (ours, reference) in pairs(Path(folder), settings.quick).items():
            check_same(ours(), reference())
            count = sum(1 for _ in ours())
            sides = {
                "ours": ready(partial(_draw, ours)),
                "reference": ready(partial(_draw, reference)),
            }
            seconds = interleave(sides, settings.repeats)
            yield compare(f"data, {name}", seconds["ours"], seconds["reference"], GOAL, each=count)


def _draw(batches: Callable[[], Iterator[Batch]]) -> None:
    """Make all batches, keep none."""
    for _ in batches():
        pass
