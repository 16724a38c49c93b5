"""Reading of images and labels, and the confusion matrix."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from torch.utils.data import Dataset

MEAN = np.array((104.00698793, 116.66876762, 122.67891434), dtype=np.float32)
IGNORED = 255


def read_image(path: Path, size: tuple[int, int]) -> np.ndarray:
    """Pillow, bicubic, BGR minus the mean: (3, H, W) float32."""
    image = Image.open(path).convert("RGB").resize(size, Image.Resampling.BICUBIC)
    values = np.asarray(image, np.float32)[:, :, ::-1]
    values = values - MEAN
    return values.transpose((2, 0, 1)).copy()


def read_label(
    path: Path, table: Mapping[int, int], size: tuple[int, int] | None = None
) -> np.ndarray:
    """Raw ids, resized to the nearest, mapped id by id: (H, W) float32."""
    image: Image.Image = Image.open(path)
    if size is not None:
        image = image.resize(size, Image.Resampling.NEAREST)
    ids = np.asarray(image, np.float32)
    labels = np.full(ids.shape, IGNORED, np.float32)
    for raw, index in table.items():
        labels[ids == raw] = index
    return labels.copy()


def confusion(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """Counts (C, C): rows are labels, columns predictions."""
    counted = (labels >= 0) & (labels < classes)
    places = classes * labels[counted].astype(int) + predictions[counted]
    return np.bincount(places, minlength=classes**2).reshape(classes, classes)


class ReleasedImages(Dataset):
    """Images and, where there are any, their labels, as numpy arrays.

    Args:
        images: paths.
        labels: paths, or None for a target.
        size: width and height of the network's input.
        table: raw id -> class.
    """

    def __init__(
        self,
        images: Sequence[Path],
        labels: Sequence[Path] | None,
        size: tuple[int, int],
        table: Mapping[int, int],
    ) -> None:
        self.images = images
        self.labels = labels
        self.size = size
        self.table = table

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        image = read_image(self.images[index], self.size)
        if self.labels is None:
            return (image,)
        return image, read_label(self.labels[index], self.table, self.size)
