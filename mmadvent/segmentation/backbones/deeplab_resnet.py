"""The ResNet of DeepLab-V2."""

from mmseg.models.backbones import ResNet
from mmseg.registry import MODELS
from torch import nn

from mmadvent.models.initial_weights import explain_missing_weights


@MODELS.register_module()
class DeepLabResNet(ResNet):
    """mmseg's ResNet with the ceil-mode max-pooling of the Caffe models.

    Without it, feature maps of an image whose quarter is not whole are one position short of those
    that the published weights were trained with. The rest is config: ``style='caffe'``,
    ``strides=(1, 2, 1, 1)``, ``dilations=(1, 1, 2, 4)``, ``norm_cfg=dict(type='BN',
    requires_grad=False)``.

    Args: those of :class:`mmseg.models.backbones.ResNet`.

    Source: Chen et al., DeepLab, PAMI 2018.
    """

    def _make_stem_layer(self, in_channels: int, stem_channels: int) -> None:
        super()._make_stem_layer(in_channels, stem_channels)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)

    def init_weights(self) -> None:
        """Initialise; if the named checkpoint cannot be had, say how to go on."""
        with explain_missing_weights(self.init_cfg):
            super().init_weights()
