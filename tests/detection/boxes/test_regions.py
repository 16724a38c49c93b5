"""Boxes of a hand-made picture, worked out by hand."""

import numpy as np
import pytest

from mmadvent.detection.boxes import find_regions
from tests.detection.boxes.files import REGIONS, street


def test_every_kind_of_region() -> None:
    regions = find_regions(street())
    found = {r.id: ((r.x, r.y, r.width, r.height), r.area) for r in regions}
    assert found == REGIONS
    assert [region.id for region in regions] == sorted(found)
    assert [region.id for region in regions if region.is_group] == [26]


def test_pictures_without_things() -> None:
    assert find_regions(np.full((3, 4), 7, np.uint16)) == []
    assert find_regions(np.array([[29, 30, 29001, 23, 65535]], np.uint16)) == []


def test_one_instance_may_fill_the_picture() -> None:
    (region,) = find_regions(np.full((3, 4), 31007, np.uint16))
    assert tuple(region) == (31007, 0, 0, 4, 3, 12)


@pytest.mark.parametrize(
    ("label_id", "name"),
    # Cityscapes' own list of labels.
    [(24, "person"), (25, "rider"), (26, "car"), (27, "truck"), (28, "bus"), (31, "train"),
     (32, "motorcycle"), (33, "bicycle")],
)  # fmt: skip
def test_classes(label_id: int, name: str) -> None:
    regions = find_regions(np.array([[label_id, label_id * 1000 + 5]]))
    assert [region.class_name for region in regions] == [name, name]
