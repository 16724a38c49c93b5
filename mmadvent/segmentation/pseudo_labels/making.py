"""Two passes over predictions: one for the thresholds, one for the pseudo-labels."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmadvent.functional import ClassHistograms
from mmadvent.io.reading import open_image
from mmadvent.io.writing import write_png
from mmadvent.segmentation.pseudo_labels.rules import PseudoLabelRule


def count_values(
    rule: PseudoLabelRule, predictions: Iterable[Tensor], num_classes: int
) -> ClassHistograms:
    """The first pass: histograms of what the rule measures.

    Memory does not grow with the number of images.

    Args:
        rule: of the thresholds.
        predictions: class logits (N, C, H, W).
        num_classes: C.
    """
    histograms = None
    for logits in predictions:
        if histograms is None:
            histograms = ClassHistograms(num_classes, device=logits.device)
        histograms.update(*rule.measure(logits))
    return histograms or ClassHistograms(num_classes)


def write_labels(
    rule: PseudoLabelRule,
    thresholds: Tensor,
    predictions: Iterable[Tensor],
    paths: Iterable[Path],
) -> Tensor:
    """The second pass: write the pseudo-labels of each image, at the size of its logits.

    Each PNG (8 bits, class indices, 255 where there is no pseudo-label) appears at once or not at
    all.

    Args:
        rule: which predictions to take.
        thresholds: the rule's, (C,).
        predictions: class logits (1, C, H, W).
        paths: of the PNGs, in the order of the predictions.

    Returns:
        (C,) int64: how many pixels were labelled as each class.
    """
    labelled = torch.zeros(len(thresholds), dtype=torch.int64)
    for path, logits in zip(paths, predictions, strict=True):
        labels = rule.labels(logits, thresholds)[0].to(torch.uint8).cpu().numpy()
        write_png(path, labels)
        labelled += count_labels(labels, len(thresholds))
    return labelled


def count_written(paths: Iterable[Path], num_classes: int) -> Tensor:
    """How many pixels of PNGs that are there are labelled as each class, (C,) int64.

    Raises:
        InputError: if one cannot be read.
    """
    labelled = torch.zeros(num_classes, dtype=torch.int64)
    for path in paths:
        with open_image(str(path), "pseudo-label") as image:
            labelled += count_labels(np.asarray(image), num_classes)
    return labelled


def count_labels(labels: np.ndarray, num_classes: int) -> Tensor:
    """(C,) int64: pixels of each class in a uint8 map."""
    return torch.from_numpy(np.bincount(labels.ravel(), minlength=256)[:num_classes])
