"""The regions of one picture of instance ids, each with its box."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from mmdet.datasets import CityscapesDataset

CLASSES: tuple[str, ...] = CityscapesDataset.METAINFO["classes"]
# labelIds of those classes in Cityscapes' files. Caravan (29) and trailer (30) have instances,
# too, but are not evaluated.
LABEL_IDS: dict[int, str] = dict(zip((24, 25, 26, 27, 28, 31, 32, 33), CLASSES, strict=True))


class Region(NamedTuple):
    """All pixels with one id: an instance, or a group whose members are not told apart."""

    id: int
    """``labelId * 1000 + k`` for an instance, the bare labelId for a group."""
    x: int
    y: int
    width: int
    height: int
    area: int
    """Number of pixels."""

    @property
    def is_group(self) -> bool:
        return self.id < 1000

    @property
    def class_name(self) -> str:
        return LABEL_IDS[_label_id(self.id)]


def find_regions(instance_ids: npt.NDArray[np.integer]) -> list[Region]:
    """The regions of the eight classes, in the order of their ids.

    A box is tight and inclusive: (x_min, y_min, x_max - x_min + 1, y_max - y_min + 1), so that a
    single pixel has a box of 1 x 1. The parts of an instance that something hides the middle of
    have one box.

    Args:
        instance_ids: (H, W), as ``*_gtFine_instanceIds.png`` holds them.
    """
    present = np.unique(instance_ids[instance_ids >= min(LABEL_IDS)])
    return [
        _region(int(region_id), instance_ids == region_id)
        for region_id in present
        if _label_id(int(region_id)) in LABEL_IDS
    ]


def _region(region_id: int, mask: npt.NDArray[np.bool_]) -> Region:
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    x, y = int(columns[0]), int(rows[0])
    width, height = int(columns[-1]) - x + 1, int(rows[-1]) - y + 1
    return Region(region_id, x, y, width, height, int(np.count_nonzero(mask)))


def _label_id(region_id: int) -> int:
    return region_id // 1000 if region_id >= 1000 else region_id
