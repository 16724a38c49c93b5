"""Boxes from the instance ids of Cityscapes, as one COCO file a split."""

from mmadvent.detection.boxes.coco import CONVENTIONS, ImageRegions, coco_annotations
from mmadvent.detection.boxes.conversion import Conversion, annotation_file
from mmadvent.detection.boxes.regions import Region, find_regions

__all__ = [
    "CONVENTIONS",
    "Conversion",
    "ImageRegions",
    "Region",
    "annotation_file",
    "coco_annotations",
    "find_regions",
]
