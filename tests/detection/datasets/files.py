"""Annotations by hand, for the tests of the data sets."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mmadvent.detection.boxes import Conversion, annotation_file
from mmadvent.detection.datasets import CityscapesBoxesDataset
from mmadvent.errors import InputError
from mmadvent.translation.fog.names import foggy_name
from tests.detection.boxes.files import write_split

LOAD = dict(type="LoadImageFromFile", imdecode_backend="kornia_rs")
BOXES = dict(type="LoadAnnotations", with_bbox=True)
RESIZE = dict(type="Resize", scale=(24, 30), keep_ratio=False)
PACK = dict(type="PackDetInputs")


def write_cityscapes(root: Path, split: str = "train", foggy: tuple[float, ...] = ()) -> list[str]:
    """Four images with boxes, the clear ones or only their foggy versions; returns the names."""
    names = write_split(root, split)
    Conversion.prepare(root, split, root / annotation_file(split)).run(1)
    for name in names:
        image = root / "leftImg8bit" / split / name
        for beta in foggy:
            path = root / "leftImg8bit_foggy" / split / foggy_name(name, beta)
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.open(image).save(path)
        if foggy:
            image.unlink()
    return names


def change_annotations(root: Path, change: Any, split: str = "train") -> Path:
    """Apply ``change`` to the content of an annotation file."""
    path = root / annotation_file(split)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return path


def refusal(root: Path, **arguments: Any) -> str:
    """The one sentence that the data set is refused with."""
    with pytest.raises(InputError) as caught:
        CityscapesBoxesDataset(data_root=str(root), **arguments)
    text = str(caught.value)
    assert "\n" not in text
    return text
