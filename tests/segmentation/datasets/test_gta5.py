"""GTA5 as it is unpacked: palettes, and pairs of one name."""

import numpy as np
from PIL import Image

from mmadvent.segmentation.datasets import GTA5Dataset
from tests.segmentation.datasets.files import LOAD, label_of, one_image

IDS = np.array([[7, 8, 11], [0, 33, 34]], np.uint8)
INDICES = [[0, 1, 2], [255, 18, 255]]


def test_gta5_palette_pngs_are_read_as_indices(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", IDS)
    label = Image.fromarray(IDS).convert("P")
    # A palette that would turn the indices into quite other grey values.
    label.putpalette([value for index in range(256) for value in (255 - index, 3, index)])
    label.save(tmp_path / "labels/1.png")
    assert Image.open(tmp_path / "labels/1.png").mode == "P"
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert label_of(dataset).tolist() == INDICES


def test_images_and_labels_are_paired_by_name(tmp_path):
    for number, raw in ((3, 7), (1, 8), (2, 11)):
        ids = np.full((2, 2), raw, np.uint8)
        one_image(tmp_path, f"images/{number:05d}.png", f"labels/{number:05d}.png", ids)
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert [label_of(dataset, index)[0, 0] for index in range(3)] == [1, 2, 0]


def test_the_license_plate_is_known_and_ignored(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", np.array([[34, 33]], np.uint8))
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert label_of(dataset).tolist() == [[255, 18]]
