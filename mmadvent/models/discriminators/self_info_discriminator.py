"""The fully-convolutional domain discriminator of AdvEnt."""

import math

import torch
from mmengine.model import BaseModule
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.errors import InputError

LAYERS = 5
STRIDE = 32  # image pixels between domain logits in the paper: five convolutions of stride 2


@MODELS.register_module()
class SelfInfoDiscriminator(BaseModule):
    """Tell the domain of a weighted self-information map, patch by patch.

    Four 4x4 convolutions of stride 2 (channels ``base_channels`` x 1, 2, 4, 8), each followed by a
    LeakyReLU of slope 0.2, and a classifier convolution of the same kind with one output channel:
    a domain logit for every 32 pixels. Where the positions of the map are already ``map_stride``
    image pixels apart, the first log2(32 / map_stride) convolutions are enough for that; the others
    are 3x3 with stride 1, and take maps down to 1x1.

    Args:
        in_channels: channels of the map: the number of classes, for a detector times the anchors.
        base_channels: channels of the first convolution.
        map_stride: image pixels between neighbouring positions of the map, >= 1; 1 for a map at the
            size of the image, as in the paper.
        init_cfg: OpenMMLab's initialisation config; torch's default where none is given, as in
            the released code.

    Shape:
        (N, in_channels, H, W) with H, W >= S -> (N, 1, h, w) domain logits, h about H / S, where S
        is 32 / map_stride, at least 1, as a power of 2; high means source.

    Raises:
        InputError: if ``map_stride`` is not an integer >= 1, if a map has another number of
            channels, or a side under S.

    Source: Vu et al., ADVENT, CVPR 2019, section 4.1 (the architecture of DCGAN's discriminator).
    """

    # Not `num_classes`: mmdet's NumClassCheckHook compares every module's attribute of that name.
    def __init__(
        self,
        in_channels: int,
        base_channels: int = 64,
        map_stride: int = 1,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if isinstance(map_stride, bool) or not isinstance(map_stride, int) or map_stride < 1:
            raise InputError(f"map_stride must be an integer >= 1, got {map_stride!r}")
        self.in_channels = in_channels
        halvings = min(max(round(math.log2(STRIDE / map_stride)), 0), LAYERS)
        self.smallest = 2**halvings
        widths = [in_channels, *(base_channels * factor for factor in (1, 2, 4, 8)), 1]
        convolutions = [
            nn.Conv2d(before, after, *((4, 2) if index < halvings else (3, 1)), padding=1)
            for index, (before, after) in enumerate(zip(widths[:-1], widths[1:], strict=True))
        ]
        self.features = nn.Sequential()
        for convolution in convolutions[:-1]:
            self.features.append(convolution)
            self.features.append(nn.LeakyReLU(negative_slope=0.2, inplace=True))
        self.classifier = convolutions[-1]

    def forward(self, self_information: Tensor) -> Tensor:
        """Domain logits (N, 1, h, w) of ``self_information`` (N, in_channels, H, W)."""
        shape = tuple(self_information.shape)
        if len(shape) != 4 or shape[1] != self.in_channels or min(shape[2:]) < self.smallest:
            raise InputError(
                f"self_information must have the shape (N, {self.in_channels}, H, W) with "
                f"H, W >= {self.smallest}, got {shape}"
            )
        if self.features[0].weight.is_contiguous(memory_format=torch.channels_last):
            # The convolution would do it itself, once forward and once more backward.
            self_information = self_information.contiguous(memory_format=torch.channels_last)
        return self.classifier(self.features(self_information))
