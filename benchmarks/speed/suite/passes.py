"""Passes over a whole data set: ESL's thresholds and the class prior."""

import ctypes
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from mmengine.registry import init_default_scope
from torch import Tensor

from benchmarks.speed.memory import peak_memory
from benchmarks.speed.ours import CLASSES
from benchmarks.speed.pictures import write_gta5
from benchmarks.speed.released.data import read_label
from benchmarks.speed.released.esl import thresholds
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.segmentation.class_counts import ClassCounts
from mmadvent.segmentation.datasets import GTA5Dataset
from mmadvent.segmentation.datasets.cityscapes_classes import LABEL_IDS
from mmadvent.segmentation.pseudo_labels.making import count_values
from mmadvent.segmentation.pseudo_labels.rules import EntropyRule

FULL, QUICK = (512, 1024), (32, 64)
LABELS, QUICK_LABELS = (1914, 1052), (64, 32)
FEW, MANY = 4, 16
LARGE = 2**16  # bytes that are the system's again once they are freed
_M_MMAP_THRESHOLD = -3  # of glibc's malloc.h
FLAT = 1.05  # the peak over four times as many images, to the peak over few
Size = tuple[int, int]


def predictions(count: int, size: Size) -> Iterator[Tensor]:
    """Logits of ``count`` images, each made when it is asked for."""
    base = 3 * torch.randn(1, CLASSES, *size, generator=torch.Generator().manual_seed(0))
    for index in range(count):
        yield base.roll(index, 1)


def our_thresholds(count: int, size: Size) -> Callable[[], np.ndarray]:
    rule = EntropyRule()

    def run() -> np.ndarray:
        return rule.thresholds(count_values(rule, predictions(count, size), CLASSES)).numpy()

    return run


def released_thresholds(count: int, size: Size) -> Callable[[], np.ndarray]:
    return lambda: thresholds(predictions(count, size), (count, CLASSES, *size))


def our_prior(root: str) -> Callable[[], list[float]]:
    """The counts of a folder of labels, with one worker; each call counts anew."""
    init_default_scope("mmseg")
    dataset = GTA5Dataset(data_root=root)

    def run() -> list[float]:
        out = Path(root) / "prior.json"
        out.unlink(missing_ok=True)
        return ClassCounts(dataset, dict(type="LoadLabelIds"), out).run(1)["prior"]

    return run


def plain_prior(root: str) -> Callable[[], list[float]]:
    """The released code has no such pass: its reading of a label, then a count of each class."""

    def run() -> list[float]:
        pixels = np.zeros(CLASSES, np.int64)
        for path in sorted((Path(root) / "labels").iterdir()):
            labels = read_label(path, LABEL_IDS)
            pixels += [int((labels == index).sum()) for index in range(CLASSES)]
        return (pixels / pixels.sum()).tolist()

    return run


def peak(side: Callable, small: tuple, full: tuple) -> float:
    """MiB of ``side(*full)`` beside what was there before."""
    return peak_memory(small_first, side, small, full)[1]


def small_first(side: Callable, small: tuple, full: tuple) -> Callable[[], object]:
    # Else glibc keeps some of the freed tensors, as many as the places where they lay allow: the
    # peak changes by a quarter from process to process.
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
    side(*small)()  # what the first call loads is not what a call needs
    return side(*full)


def run(settings: Settings) -> Iterator[Row]:
    """Time of an image, and further memory of many images to that of few."""
    size, few, many = (QUICK, 1, 2) if settings.quick else (FULL, FEW, MANY)
    sides = {
        "ours": ready(our_thresholds(few, size)),
        "reference": ready(released_thresholds(few, size)),
    }
    seconds = interleave(sides, settings.repeats)
    yield compare("ESL pass", seconds["ours"], seconds["reference"], each=few)
    peaks = [peak(our_thresholds, (1, QUICK), (count, size)) for count in (many, few)]
    yield compare(
        f"ESL pass: extra memory of {many} images to {few}", peaks[:1], peaks[1:], FLAT, unit="MiB"
    )
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: str(Path(folder) / name) for name in ("tiny", "few", "many")}
        label_size = QUICK_LABELS if settings.quick else LABELS
        for name, count in (("few", few), ("many", many)):
            write_gta5(Path(roots[name]), count, label_size)
        write_gta5(Path(roots["tiny"]), 1, QUICK_LABELS)
        seconds = interleave(
            {
                "ours": ready(our_prior(roots["few"])),
                "reference": ready(plain_prior(roots["few"])),
            },
            settings.repeats,
        )
        yield compare("class-prior pass", seconds["ours"], seconds["reference"], each=few)
        peaks = [peak(our_prior, (roots["tiny"],), (roots[name],)) for name in ("many", "few")]
    yield compare(
        f"class-prior pass: extra memory of {many} images to {few}",
        peaks[:1],
        peaks[1:],
        FLAT,
        unit="MiB",
    )
