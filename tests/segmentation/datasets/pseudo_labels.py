"""A folder of target images with pseudo-labels, as a data set."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mmadvent.segmentation.datasets import UnlabelledImagesDataset

PIPELINE = [
    dict(type="LoadImageFromFile"),
    dict(type="LoadPseudoLabels"),
    dict(type="PackTargetInputs"),
]


# Class indices of a picture of 6x4, every pixel its own.
LABELS = np.arange(24, dtype=np.uint8).reshape(4, 6)


def write_labels(path: Path, labels: np.ndarray = LABELS, mode: str = "L") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(labels)
    (image.convert(mode) if image.mode != mode else image).save(path)


def labeled(root: Path, steps: tuple = (), **arguments: Any) -> UnlabelledImagesDataset:
    pipeline = [*PIPELINE[:2], *steps, PIPELINE[2]]
    return UnlabelledImagesDataset(data_root=str(root / "images"), pipeline=pipeline, **arguments)


def labels_of(data: UnlabelledImagesDataset, index: int = 0) -> np.ndarray:
    sample = data[index]["data_samples"]
    assert "gt_sem_seg" not in sample
    assert sample.pseudo_sem_seg.data.shape[0] == 1
    return sample.pseudo_sem_seg.data[0].numpy()
