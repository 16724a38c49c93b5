"""A data set of translated images: places, labels, what is left, errors."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmcv.transforms import Compose, LoadImageFromFile, Resize
from mmseg.datasets.transforms import LoadAnnotations, RandomCrop
from PIL import Image
from torch import nn

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import GTA5Dataset, UnlabelledImagesDataset
from mmadvent.translation.gan.translated_dataset import (
    items_of,
    left_of,
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
    load = Compose([LoadImageFromFile()])
    done = list(translate(items[:3], load, Negative(), 1, 2, how))
    assert len(done) == 3 and [item.image for item in left_of(items)] == [
        item.image for item in items[3:]
    ]
    items[0].out_image.unlink()  # as after an interruption
    assert left_of(items) == [items[0], *items[3:]]
    list(translate(left_of(items), load, Negative(), 2, labels=how))
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
    list(translate(items, Compose([LoadImageFromFile()]), Negative()))
    assert items[0].out_image.parent == tmp_path / "out/aachen"
    assert items[0].out_image.exists() and left_of(items) == []


def test_a_crop_of_a_resized_image_has_its_labels(tmp_path: Path) -> None:
    """mmseg's own loader takes a label as it is, and a crop cuts both at the same place."""
    dataset, out = source(tmp_path), tmp_path / "out"
    items = items_of(dataset, out)
    list(translate(items, Compose([LoadImageFromFile(), Resize((48, 32))]), Negative()))
    paired, crop = Compose([LoadImageFromFile(), LoadAnnotations()]), RandomCrop((8, 8))
    for item in items:
        found = paired(
            dict(
                img_path=str(item.out_image),
                seg_map_path=str(item.out_label),
                reduce_zero_label=False,
                seg_fields=[],
            )
        )
        whole = np.asarray(Image.open(str(item.label)).resize((48, 32), Image.Resampling.NEAREST))
        np.testing.assert_array_equal(found["gt_seg_map"], whole)
        cut = crop(found)
        assert cut["img"].shape[:2] == cut["gt_seg_map"].shape == (8, 8)


def test_an_image_that_is_turned_is_refused_with_a_label_and_taken_without(tmp_path: Path) -> None:
    items = items_of(source(tmp_path), tmp_path / "out")
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down: no size tells it from the stored picture
    Image.open(items[0].image).save(items[0].image, exif=exif)
    load = Compose([LoadImageFromFile()])
    with pytest.raises(InputError) as caught:
        list(translate(items[:1], load, Negative(), 1))
    assert (
        f"the image '{items[0].image}' has the EXIF orientation 3, and its label "
        f"'{items[0].label}' may be of the picture as it is stored or as it is shown: store it "
        "upright, without the orientation"
    ) in str(caught.value)
    assert left_of(items) == items
    unlabeled = replace(items[0], label=None, out_label=None)
    list(translate([unlabeled], load, Negative(), 1))
    shown = np.asarray(Image.open(items[0].image))[::-1, ::-1]
    np.testing.assert_array_equal(np.asarray(Image.open(items[0].out_image)), 255 - shown)


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
