"""Thresholds of ESL as its code finds them: from the predictions of all images, kept."""

import math
from collections.abc import Iterable

import numpy as np
from torch import Tensor

FLOOR = 0.1


def thresholds(predictions: Iterable[Tensor], shape: tuple[int, int, int, int]) -> np.ndarray:
    """(C,): the median entropy of each class, at least 0.1.

    Args:
        predictions: logits (1, C, H, W) of each image.
        shape: images, C, H, W.
    """
    count, classes, height, width = shape
    predicted = np.zeros((count, height, width))
    entropies = np.zeros((count, height, width))
    for index, logits in enumerate(predictions):
        p = logits.softmax(dim=1)[0].permute(1, 2, 0).numpy()
        predicted[index] = p.argmax(axis=2)
        entropies[index] = -np.sum(p * np.log(p), axis=2) / math.log(classes)
    found = np.zeros(classes)
    for index in range(classes):
        values = np.sort(entropies[predicted == index])
        if len(values):
            found[index] = values[min(round(0.5 * len(values)), len(values) - 1)]
    return np.maximum(found, FLOOR)
