"""Data sets of both domains, and the fog between them."""

from mmadvent.compat import offer_image_loader
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

offer_image_loader(LoadImageFromFile)
