"""Passes over predictions on a GPU, where there is one: evaluation, and the thresholds of ESL."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.speed.ours import CLASSES
from benchmarks.speed.pictures import write_cityscapes
from benchmarks.speed.released import esl
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.suite import evaluation
from benchmarks.speed.suite.accelerator import device_of, timed, tried_algorithms
from benchmarks.speed.suite.passes import predictions
from benchmarks.speed.timing import compare, interleave
from mmadvent.segmentation.pseudo_labels.making import count_values
from mmadvent.segmentation.pseudo_labels.rules import EntropyRule

GOAL = 1 / 3
IMAGES = 8


def run(settings: Settings) -> Iterator[Row]:
    """Time of an image; both sides count the same."""
    device = device_of(settings, "accelerator_passes")
    if device is None:
        return
    count = 2 if settings.quick else IMAGES
    size, scale = ((256, 128), (128, 64)) if settings.quick else ((2048, 1024), (1024, 512))
    with tempfile.TemporaryDirectory() as folder, tried_algorithms():
        root = Path(folder)
        images, labels = write_cityscapes(root, "val", count, size)
        model, loader, _ = evaluation.ours(root, scale, device)
        # Loaded before: what remains is from the loader's batch to the confusion matrix.
        ours = evaluation.evaluated(model, list(loader), loader.dataset.metainfo)
        pairs = list(evaluation.ReadPairs(images, labels, scale))
        released = evaluation.released(model, pairs, device)
        # On a device the two may round a logit apart, here and there to another class.
        np.testing.assert_allclose(ours(), released(), rtol=1e-3, atol=50)
        yield from _compared("evaluation", ours, released, device, count, settings)
    size = (64, 128) if settings.quick else (512, 1024)
    kept = [logits.to(device) for logits in predictions(count, size)]
    rule = EntropyRule()
    yield from _compared(
        "ESL pass",
        lambda: rule.thresholds(count_values(rule, kept, CLASSES)).tolist(),
        lambda: esl.thresholds((logits.cpu() for logits in kept), (count, CLASSES, *size)),
        device,
        count,
        settings,
    )


def _compared(
    name: str,
    ours: Callable[[], object],
    reference: Callable[[], object],
    device: str,
    count: int,
    settings: Settings,
) -> Iterator[Row]:
    sides = {"ours": timed(ours, device), "reference": timed(reference, device)}
    seconds = interleave(sides, settings.repeats)
    yield compare(f"accelerator: {name}", seconds["ours"], seconds["reference"], GOAL, each=count)
