"""GTA5 as it is unpacked: palettes, and pairs of one name."""

import numpy as np

from mmadvent.segmentation.datasets import GTA5Dataset
from tests.segmentation.datasets.files import LOAD, label_of, one_image

IDS = np.array([[7, 8, 11], [0, 33, 34]], np.uint8)
INDICES = [[0, 1, 2], [255, 18, 255]]


def test_the_licence_plate_is_known_and_ignored(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", np.array([[34, 33]], np.uint8))
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert label_of(dataset).tolist() == [[255, 18]]
