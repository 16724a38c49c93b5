"""Data sets of both domains, from the files of their publishers."""

from mmadvent.compat import offer_image_loader
from mmadvent.io.load_image import LoadImageFromFile
from mmadvent.segmentation.datasets.adverse_conditions import ACDCDataset, RawDarkZurichDataset
from mmadvent.segmentation.datasets.camvid import CamVidDataset
from mmadvent.segmentation.datasets.gta5 import GTA5CamVidDataset, GTA5Dataset
from mmadvent.segmentation.datasets.label_id_dataset import LabelIdDataset
from mmadvent.segmentation.datasets.load_label_ids import LoadLabelIds
from mmadvent.segmentation.datasets.load_pseudo_labels import LoadPseudoLabels
from mmadvent.segmentation.datasets.pack_target_inputs import PackTargetInputs
from mmadvent.segmentation.datasets.raw_cityscapes import RawCityscapesDataset
from mmadvent.segmentation.datasets.synthia import SYNTHIADataset
from mmadvent.segmentation.datasets.unlabeled_images import UnlabelledImagesDataset
from mmadvent.translation.fog import AddFog
from mmadvent.translation.fourier import FourierAdaptation

__all__ = [
    "ACDCDataset",
    "AddFog",
    "CamVidDataset",
    "FourierAdaptation",
    "GTA5CamVidDataset",
    "GTA5Dataset",
    "LabelIdDataset",
    "LoadImageFromFile",
    "LoadLabelIds",
    "LoadPseudoLabels",
    "PackTargetInputs",
    "RawCityscapesDataset",
    "RawDarkZurichDataset",
    "SYNTHIADataset",
    "UnlabelledImagesDataset",
]

offer_image_loader(LoadImageFromFile)
