"""Data sets of both domains, and the fog between them."""

from mmadvent.detection.datasets.cityscapes_boxes import CityscapesBoxesDataset
from mmadvent.detection.datasets.foggy_cityscapes import FoggyCityscapesDataset
from mmadvent.detection.datasets.unlabelled_images import UnlabelledImagesDataset
from mmadvent.fog import AddFog

__all__ = [
    "AddFog",
    "CityscapesBoxesDataset",
    "FoggyCityscapesDataset",
    "UnlabelledImagesDataset",
]
