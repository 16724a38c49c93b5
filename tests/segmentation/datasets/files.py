"""Writes the few files that a data set test needs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmadvent.errors import InputError

LOAD = (dict(type="LoadImageFromFile"), dict(type="LoadLabelIds"), dict(type="PackSegInputs"))


def one_image(root: Path, image: str, label: str | None = None, ids: Any = None) -> None:
    """An image of random pixels, 6x4 if there is no label, and its label of ``ids``."""
    size = (4, 6) if ids is None else ids.shape[:2]
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    (root / image).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(root / image)
    if label:
        (root / label).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(ids).save(root / label)


def cut(path: Path) -> None:
    """Leave the first three quarters of a file, as an interrupted download does."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 3 // 4])


def label_of(dataset: Any, index: int = 0) -> np.ndarray:
    """The class indices that the network would be trained with."""
    return dataset[index]["data_samples"].gt_sem_seg.data[0].numpy()


def sentence(action: Callable[[], Any]) -> str:
    """The one sentence that an action is refused with."""
    with pytest.raises(InputError) as error:
        action()
    text = str(error.value)
    assert "\n" not in text
    return text
