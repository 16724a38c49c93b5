"""A data set of translated images: places, labels, what is left, errors."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmcv.transforms import Compose, LoadImageFromFile
from torch import nn

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import GTA5Dataset, UnlabelledImagesDataset
from mmadvent.translation.gan.translated_dataset import (
    items_of,
    left_of,
    place_labels,
    place_split_list,
    translate,
)
from tests.toys import write_domains


class Negative(nn.Module):
    """A generator that turns every color around."""

    def __init__(self) -> None:
        super().__init__()
        self.sign = nn.Parameter(torch.tensor(-1.0))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.sign * images


def source(root: Path) -> GTA5Dataset:
    return GTA5Dataset(data_root=str(write_domains(root) / "GTA5"), pipeline=[])


@pytest.mark.parametrize("how", ["link", "symlink", "copy"])
def test_the_layout_is_the_source_s(tmp_path: Path, how: str) -> None:
    dataset, out = source(tmp_path), tmp_path / "out"
    items = items_of(dataset, out)
    place_labels(items, how)
    place_labels(items, how)  # again, as after an interruption
    done = list(translate(items[:3], Compose([LoadImageFromFile()]), Negative(), 1, 2))
    assert len(done) == 3 and [item.image for item in left_of(items)] == [
        item.image for item in items[3:]
    ]
    list(translate(left_of(items), Compose([LoadImageFromFile()]), Negative(), 2))
    found = GTA5Dataset(data_root=str(out), pipeline=[])
    assert len(found) == len(dataset) == 5
    for index in range(5):
        ours, theirs = found.get_data_info(index), dataset.get_data_info(index)
        image, before = cv2.imread(ours["img_path"]), cv2.imread(theirs["img_path"])
        np.testing.assert_array_equal(image, 255 - before)
        label = Path(ours["seg_map_path"])
        assert label.read_bytes() == Path(theirs["seg_map_path"]).read_bytes()
        assert label.is_symlink() == (how == "symlink")
        assert (label.stat().st_nlink > 1) == (how == "link")
    assert not list(out.rglob(".*"))


def test_a_split_list_goes_along(tmp_path: Path) -> None:
    root = write_domains(tmp_path) / "GTA5"
    names = [path.stem for path in sorted((root / "images").iterdir())][:2]
    (root / "train.txt").write_text("\n".join(names))
    dataset = GTA5Dataset(data_root=str(root), ann_file="train.txt", pipeline=[])
    out = tmp_path / "out"
    items = items_of(dataset, out)
    place_labels(items, "copy")
    place_split_list(dataset, out)
    list(translate(items, Compose([LoadImageFromFile()]), Negative(), 1))
    assert len(GTA5Dataset(data_root=str(out), ann_file="train.txt", pipeline=[])) == 2
    (root / "train.txt").write_text(names[0])
    place_split_list(GTA5Dataset(data_root=str(root), ann_file="train.txt", pipeline=[]), out)
    assert len(GTA5Dataset(data_root=str(out), ann_file="train.txt", pipeline=[])) == 1
    (tmp_path / "elsewhere.txt").write_text("\n".join(names))
    outside = str(tmp_path / "elsewhere.txt")
    place_split_list(GTA5Dataset(data_root=str(root), ann_file=outside, pipeline=[]), out)
    assert not list(out.rglob("elsewhere.txt"))


def test_a_set_without_labels(tmp_path: Path) -> None:
    root = write_domains(tmp_path) / "cityscapes/leftImg8bit/train"
    items = items_of(UnlabelledImagesDataset(data_root=str(root), pipeline=[]), tmp_path / "out")
    assert all(item.label is None for item in items)
    place_labels(items, "link")
    assert items[0].out_image.parent == tmp_path / "out/aachen"


def test_errors(tmp_path: Path) -> None:
    dataset = source(tmp_path)
    dataset.data_root = str(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="all files of the source must lie below its data_root"):
        items_of(dataset, tmp_path / "out")
    with pytest.raises(InputError, match="the source must be one data set with a data_root"):
        items_of([], tmp_path / "out")
    dataset.data_root = str(tmp_path / "GTA5")
    items = items_of(dataset, tmp_path / "out")
    Path(items[0].image).write_text("no picture")
    with pytest.raises(InputError, match=f"the image '{items[0].image}' cannot be read"):
        list(translate(items, Compose([LoadImageFromFile()]), Negative()))
