"""The tables of ids against those of the data sets' publishers and of the published protocols."""

import numpy as np
import pytest

from mmadvent.segmentation.datasets import GTA5Dataset, RawCityscapesDataset, SYNTHIADataset
from tests.segmentation.datasets.files import one_image

NAMES = [
    "road", "sidewalk", "building", "wall", "fence", "pole", "light", "sign", "vegetation",
    "terrain", "sky", "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
]  # fmt: skip
# Cityscapes' labels.py: id -> trainId; all others are void.
CITYSCAPES = {
    7: 0, 8: 1, 11: 2, 12: 3, 13: 4, 17: 5, 19: 6, 20: 7, 21: 8, 22: 9, 23: 10, 24: 11, 25: 12,
    26: 13, 27: 14, 28: 15, 31: 16, 32: 17, 33: 18,
}  # fmt: skip
# SYNTHIA-RAND-CITYSCAPES -> trainId, as the published protocols map it.
SYNTHIA = {
    3: 0, 4: 1, 2: 2, 21: 3, 5: 4, 7: 5, 15: 6, 9: 7, 6: 8, 16: 9, 1: 10, 10: 11, 17: 12, 8: 13,
    18: 14, 19: 15, 20: 16, 12: 17, 11: 18,
}  # fmt: skip
# The same on 16 classes, without terrain, truck and train.
SYNTHIA_16 = {
    3: 0, 4: 1, 2: 2, 21: 3, 5: 4, 7: 5, 15: 6, 9: 7, 6: 8, 1: 9, 10: 10, 17: 11, 8: 12, 19: 13,
    12: 14, 11: 15,
}  # fmt: skip


def expected_table(mapped: dict[int, int], void: list[int]) -> dict[int, int]:
    return dict.fromkeys(void, 255) | mapped


def table_of(dataset) -> dict[int, int]:
    return {raw: int(index) for raw, index in enumerate(dataset.label_table) if index != -1}


@pytest.fixture
def root(tmp_path) -> str:
    one_image(tmp_path, "images/1.png", "labels/1.png", np.full((4, 6), 7, np.uint8))
    return str(tmp_path)


@pytest.fixture
def anywhere() -> dict:
    return dict(data_prefix=dict(img_path="images", seg_map_path="labels"))


def test_gta5(root):
    table = expected_table(CITYSCAPES, [*range(35), 255])  # 34: licence plate
    assert table_of(GTA5Dataset(data_root=root)) == table


def test_cityscapes_label_ids(tmp_path):
    image = "leftImg8bit/val/ulm/ulm_0_0_leftImg8bit.png"
    one_image(tmp_path, image, "gtFine/val/ulm/ulm_0_0_gtFine_labelIds.png", np.uint8([[7, 255]]))
    dataset = RawCityscapesDataset(data_root=str(tmp_path))
    # The licence plate's -1 is stored as 255 in 8 bits.
    assert table_of(dataset) == expected_table(CITYSCAPES, [*range(34), 255])


def test_synthia(root, anywhere):
    dataset = SYNTHIADataset(data_root=root, **anywhere)
    assert table_of(dataset) == expected_table(SYNTHIA, list(range(23)))


def test_sixteen_classes_of_synthia(root, anywhere):
    classes = SYNTHIADataset.METAINFO["classes"]
    chosen = tuple(name for name in classes if name not in ("terrain", "truck", "train"))
    dataset = SYNTHIADataset(data_root=root, metainfo=dict(classes=chosen), **anywhere)
    assert table_of(dataset) == expected_table(SYNTHIA_16, list(range(23)))
    assert dataset.metainfo["classes"] == chosen
    palette = dict(zip(classes, SYNTHIADataset.METAINFO["palette"], strict=True))
    assert dataset.metainfo["palette"] == [palette[name] for name in chosen]


@pytest.mark.parametrize("dataset", [GTA5Dataset, RawCityscapesDataset, SYNTHIADataset])
def test_classes_and_palette_are_those_of_cityscapes(dataset):
    classes = [name.removeprefix("traffic ") for name in dataset.METAINFO["classes"]]
    assert classes == NAMES
    palette = dataset.METAINFO["palette"]
    assert len(palette) == 19
    assert palette[0] == [128, 64, 128]
    assert palette[10] == [70, 130, 180]
    assert palette[18] == [119, 11, 32]
