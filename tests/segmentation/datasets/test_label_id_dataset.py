"""Folders of images and labels: what is refused in one sentence, and data of one's own."""

import numpy as np
import pytest

from mmadvent.segmentation.datasets import (
    GTA5Dataset,
    LabelIdDataset,
    RawCityscapesDataset,
    SYNTHIADataset,
    UnlabelledImagesDataset,
)
from tests.segmentation.datasets.files import LOAD, cut, label_of, one_image, sentence

BACKENDS = ("kornia_rs", "cv2", "pillow")
ROAD = np.full((40, 60), 7, np.uint8)


@pytest.mark.parametrize(
    ("dataset", "folder", "holds"),
    [
        (GTA5Dataset, "images", ["images/", "labels/", "Playing for Data", "publisher"]),
        (SYNTHIADataset, "RGB", ["RGB/", "GT/LABELS/", "SYNTHIA-RAND-CITYSCAPES", "publisher"]),
        (RawCityscapesDataset, "leftImg8bit/val", ["leftImg8bit", "gtFine", "Cordts", "publisher"]),
        (UnlabelledImagesDataset, "", ["unlabelled images of the target"]),
    ],
)
def test_missing_root_names_the_folder_and_what_belongs_there(tmp_path, dataset, folder, holds):
    root = tmp_path / "nowhere"
    text = sentence(lambda: dataset(data_root=str(root)))
    path = str(root / folder) + ("" if folder else "/")
    assert f"{dataset.__name__}: the folder '{path.rstrip('/')}" in text
    assert "does not exist; it should hold " in text
    assert all(part in text for part in holds)


@pytest.mark.parametrize("dataset", [GTA5Dataset, UnlabelledImagesDataset])
def test_empty_split(tmp_path, dataset):
    (tmp_path / "images").mkdir()
    (tmp_path / "images/notes.txt").touch()
    text = sentence(lambda: dataset(data_root=str(tmp_path)))
    folder = tmp_path / "images" if dataset is GTA5Dataset else tmp_path
    assert f"{dataset.__name__}: the split '{folder}" in text
    assert "is empty: no file there ends in .png" in text


def test_image_without_label(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    one_image(tmp_path, "images/2.png")
    text = sentence(lambda: GTA5Dataset(data_root=str(tmp_path)))
    assert text == (
        "GTA5Dataset: 1 of 2 images have no label, the first is "
        f"'{tmp_path}/images/2.png', which needs '{tmp_path}/labels/2.png'"
    )


def test_missing_label_folder(tmp_path):
    one_image(tmp_path, "images/1.png")
    assert "1 of 1 images have no label" in sentence(lambda: GTA5Dataset(data_root=str(tmp_path)))


def test_cut_image(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    cut(tmp_path / "images/1.png")
    for backend in BACKENDS:
        pipeline = [dict(LOAD[0], imdecode_backend=backend), *LOAD[1:]]
        labeled = GTA5Dataset(data_root=str(tmp_path), pipeline=pipeline)
        bare = UnlabelledImagesDataset(
            data_root=str(tmp_path / "images"), pipeline=[pipeline[0], LOAD[2]]
        )
        for dataset in (labeled, bare):
            text = sentence(lambda dataset=dataset: dataset[0])
            assert text.startswith(f"the image '{tmp_path}/images/1.png' cannot be read: "), backend


def test_own_data_without_classes(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    text = sentence(lambda: LabelIdDataset(data_root=str(tmp_path)))
    expected = "LabelIdDataset: metainfo.classes must be the names of the classes, got none"
    assert text == expected


def test_own_data_are_indices_of_its_classes(tmp_path):
    ids = np.array([[0, 2, 255]], np.uint8)
    one_image(tmp_path, "images/sub/a.jpg", "labels/sub/a.png", ids)
    metainfo = dict(classes=("grass", "sand", "water"))
    dataset = LabelIdDataset(data_root=str(tmp_path), metainfo=metainfo, pipeline=LOAD)
    assert label_of(dataset).tolist() == [[0, 2, 255]]


def test_own_table(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", np.array([[40, 1000, 7]], np.uint16))
    dataset = LabelIdDataset(
        data_root=str(tmp_path),
        metainfo=dict(classes=("grass", "sand")),
        label_ids={40: 1, 1000: 0, 7: 255},
        pipeline=LOAD,
    )
    assert label_of(dataset).tolist() == [[1, 0, 255]]
