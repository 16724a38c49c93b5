"""The ResNet of DeepLab-V2."""

from mmseg.models.backbones import ResNet
from mmseg.registry import MODELS
from torch import nn


@MODELS.register_module()
class DeepLabResNet(ResNet):
    """mmseg's ResNet with the ceil-mode max-pooling of the Caffe models.

    Without it, the feature maps of most images are one position short of those that the published
    weights were trained with: 64x128 instead of 65x129 for 512x1024. Both poolings agree only along
    sides of 1 or 2 more than a multiple of 4. The rest is config: ``style='caffe'``,
    ``strides=(1, 2, 1, 1)``, ``dilations=(1, 1, 2, 4)``, ``norm_cfg=dict(type='BN',
    requires_grad=False)``.

    An exported model carries the source of this class: it must need nothing of this package.

    Args: those of :class:`mmseg.models.backbones.ResNet`.

    Source: Chen et al., DeepLab, PAMI 2018.
    """

    def _make_stem_layer(self, in_channels: int, stem_channels: int) -> None:
        super()._make_stem_layer(in_channels, stem_channels)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)
