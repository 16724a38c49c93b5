"""Backbones that mmseg does not have."""

from mmadvent.segmentation.backbones.deeplab_resnet import DeepLabResNet

__all__ = ["DeepLabResNet"]
