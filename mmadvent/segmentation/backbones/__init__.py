"""Backbones that mmseg does not have."""

from mmadvent.segmentation.backbones.deeplab_resnet import DeepLabResNet
from mmadvent.segmentation.backbones.deeplab_vgg import DeepLabVGG

__all__ = ["DeepLabResNet", "DeepLabVGG"]
