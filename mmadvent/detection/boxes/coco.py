"""COCO annotations of regions, under a named convention."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mmadvent.detection.boxes.regions import CLASSES, Region

CONVENTIONS = ("mmdet", "da_faster")
"""``mmdet``: a group is one crowd region, which is neither trained on nor counted as missed.
``da_faster``: a group is one ordinary box."""

HUMANS = ("person", "rider")
CATEGORY_IDS = {name: number for number, name in enumerate(CLASSES, start=1)}


@dataclass(frozen=True)
class ImageRegions:
    """An image and what is on it."""

    file_name: str
    """Relative to the folder of the split: ``CITY/CITY_SSSSSS_FFFFFF_leftImg8bit.png``."""
    width: int
    height: int
    regions: tuple[Region, ...]


def coco_annotations(
    images: Sequence[ImageRegions],
    convention: str = "mmdet",
    keep_empty: bool = True,
    info: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The content of a COCO annotation file.

    Boxes are (x, y, width, height) in pixels, ``area`` is the number of the region's pixels. The
    categories are mmdet's Cityscapes classes in mmdet's order, with ids from 1.

    Args:
        images: In the order that the file will have.
        convention: One of :data:`CONVENTIONS`.
        keep_empty: Whether to keep the images without any ordinary box, crowd regions or not.
        info: Entry ``info`` of the file.
    """
    entries: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image in images:
        crowds = [region.is_group and convention == "mmdet" for region in image.regions]
        if all(crowds) and not keep_empty:
            continue
        image_id = len(entries) + 1
        entries.append(
            dict(id=image_id, file_name=image.file_name, width=image.width, height=image.height)
        )
        for region, crowd in zip(image.regions, crowds, strict=True):
            annotations.append(
                dict(
                    # From 1: pycocotools takes a match with the annotation 0 for none.
                    id=len(annotations) + 1,
                    image_id=image_id,
                    category_id=CATEGORY_IDS[region.class_name],
                    bbox=[region.x, region.y, region.width, region.height],
                    area=region.area,
                    iscrowd=int(crowd),
                )
            )
    categories = [
        # The supercategory is Cityscapes' group of classes; mmdet's analysis of errors asks for it.
        dict(id=number, name=name, supercategory="human" if name in HUMANS else "vehicle")
        for name, number in CATEGORY_IDS.items()
    ]
    return dict(info=info or {}, images=entries, annotations=annotations, categories=categories)
