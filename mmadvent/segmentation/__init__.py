"""The segmentation half: name it in a config's ``custom_imports``."""

import mmadvent.engine
import mmadvent.models  # noqa: F401  (mend upstream first, register the task-neutral parts)
from mmadvent.segmentation import backbones, datasets, metrics
from mmadvent.segmentation.deeplab_v2_head import DeepLabV2Head
from mmadvent.segmentation.domain_adapt_cascade_segmentor import DomainAdaptCascadeSegmentor
from mmadvent.segmentation.domain_adapt_segmentor import DomainAdaptSegmentor
from mmadvent.segmentation.ensemble import EnsembleSegmentor
from mmadvent.segmentation.target_pictures_hook import TargetPicturesHook

__all__ = [
    "DeepLabV2Head",
    "DomainAdaptCascadeSegmentor",
    "DomainAdaptSegmentor",
    "EnsembleSegmentor",
    "TargetPicturesHook",
    "backbones",
    "datasets",
    "metrics",
]
