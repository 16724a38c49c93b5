"""Data sets of both domains, and the fog between them."""

from mmdet.registry import TRANSFORMS

from mmadvent.detection.datasets.cityscapes_boxes import CityscapesBoxesDataset
from mmadvent.detection.datasets.foggy_cityscapes import FoggyCityscapesDataset
from mmadvent.detection.datasets.unlabeled_images import UnlabelledImagesDataset
from mmadvent.io.load_image import LoadImageFromFile
from mmadvent.translation.fog import AddFog
from mmadvent.translation.fourier import FourierAdaptation

__all__ = [
    "AddFog",
    "CityscapesBoxesDataset",
    "FoggyCityscapesDataset",
    "FourierAdaptation",
    "LoadImageFromFile",
    "UnlabelledImagesDataset",
]

TRANSFORMS.register_module(module=LoadImageFromFile)  # in mmdet's scope it stands in for mmcv's
