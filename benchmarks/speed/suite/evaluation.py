"""From the image to the confusion matrix, at 1024x512 -> 2048x1024.

The network is a very small one, the same on both sides: what is around it is measured.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from mmengine.evaluator import Evaluator
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import DataLoader

from benchmarks.speed.ours import CLASSES, build_model, method_config
from benchmarks.speed.pictures import write_cityscapes
from benchmarks.speed.released.data import confusion, read_image, read_label
from benchmarks.speed.released.losses import upsample_logits
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.suite.data import set_scale
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.segmentation.datasets.cityscapes_classes import LABEL_IDS

GOAL = 0.667
IMAGES = 16  # long enough that a load that comes and goes counts for little


def ours(
    root: Path, scale: tuple[int, int], device: str = "cpu"
) -> tuple[nn.Module, DataLoader, Callable[[], np.ndarray]]:
    """The model, its data, and upstream's validation with our data set and metric."""
    config = method_config("minent", quick=True)
    config.model.backbone.update(depth=50, base_channels=4, stem_channels=4)
    config.model.decode_head.in_channels = 128
    config.model.auxiliary_head.in_channels = 64
    model = build_model(config.model).eval().to(device)
    loader = config.val_dataloader | dict(num_workers=0, persistent_workers=False)
    loader["dataset"] = loader["dataset"] | dict(data_root=str(root))
    set_scale(loader["dataset"]["pipeline"], scale)
    built = Runner.build_dataloader(loader)
    return model, built, evaluated(model, built, built.dataset.metainfo)


def evaluated(model: nn.Module, batches: Iterable[dict], metainfo: dict) -> Callable:
    """Upstream's validation over batches with our metric: intersection and union."""

    def run() -> np.ndarray:
        evaluator = Evaluator(dict(type="ClassIoUMetric"))
        evaluator.dataset_meta = metainfo
        with torch.no_grad():
            for batch in batches:
                evaluator.process(data_samples=model.val_step(batch), data_batch=batch)
        (metric,) = evaluator.metrics
        areas = [sum(parts) for parts in zip(*metric.results, strict=True)]
        return torch.stack(areas[:2]).cpu().numpy()

    return run


def released(
    model: nn.Module, pairs: Iterable[tuple[np.ndarray, np.ndarray]], device: str = "cpu"
) -> Callable[[], np.ndarray]:
    """The released evaluation with the network of ``model``: intersection and union.

    Args:
        model: whose network it is.
        pairs: preprocessed images (3, H, W) and labels.
        device: where the network is; the classes are counted on the processor.
    """

    def run() -> np.ndarray:
        counts = np.zeros((CLASSES, CLASSES), np.int64)
        for image, truth in pairs:
            inputs = torch.from_numpy(image)[None].to(device)
            with torch.no_grad():
                logits = model.decode_head.forward(model.backbone(inputs)).contiguous()
                output = upsample_logits(logits, truth.shape).cpu()[0].numpy()
            predictions = output.transpose(1, 2, 0).argmax(axis=2)
            counts += confusion(truth.flatten(), predictions.flatten(), CLASSES)
        hits = np.diag(counts)
        return np.stack([hits, counts.sum(0) + counts.sum(1) - hits])

    return run


class ReadPairs:
    """Images and labels as the released code reads them, each time anew."""

    def __init__(self, images: list[Path], labels: list[Path], scale: tuple[int, int]) -> None:
        self.paths = list(zip(images, labels, strict=True))
        self.scale = scale

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for image, label in self.paths:
            yield read_image(image, self.scale), read_label(label, LABEL_IDS)


def run(settings: Settings) -> Iterator[Row]:
    """Time of an image, in one process; both sides count the same.

    Raises:
        AssertionError: if they do not.
    """
    count = 2 if settings.quick else IMAGES
    size = (256, 128) if settings.quick else (2048, 1024)
    scale = (128, 64) if settings.quick else (1024, 512)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        images, labels = write_cityscapes(root, "val", count, size)
        model, _, our_counts = ours(root, scale)
        counts = released(model, ReadPairs(images, labels, scale))
        np.testing.assert_array_equal(our_counts(), counts())
        sides = {"ours": ready(our_counts), "reference": ready(counts)}
        seconds = interleave(sides, settings.repeats)
        yield compare("evaluation", seconds["ours"], seconds["reference"], GOAL, each=count)
