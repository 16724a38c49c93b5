"""The discriminator of pix2pix and CycleGAN: real or translated, patch by patch."""

import torch
from mmengine.model import BaseModule
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.translation.gan.normal_init import NORMAL_INIT


@MODELS.register_module()
class PatchDiscriminator(BaseModule):
    """Tell real images from translated ones, for each patch of 70x70 pixels.

    C64-C128-C256-C512-1: 4x4 convolutions, the first three of stride 2, with instance norms without
    parameters (but in the first) and LeakyReLUs of slope 0.2. Weights are drawn from N(0, 0.02^2).

    With 64 channels it has 2,764,737 parameters.

    Args:
        base_channels: channels of the first convolution.
        channels: of the images.
        init_cfg: OpenMMLab's initialization config.

    Shape:
        (N, channels, H, W), H and W at least 24 -> (N, 1, h, w) logits, h about H / 8; high means
        real.

    Source: Isola et al., pix2pix, CVPR 2017; Zhu et al., CycleGAN, ICCV 2017.
    """

    min_side = 24

    def __init__(
        self, base_channels: int = 64, channels: int = 3, init_cfg: dict | None = NORMAL_INIT
    ) -> None:
        super().__init__(init_cfg)
        self.encoder = patch_encoder(base_channels, channels)
        self.domain_head = patch_head(base_channels)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of ``images``."""
        if self.encoder[0][0].weight.is_contiguous(memory_format=torch.channels_last):
            images = images.contiguous(memory_format=torch.channels_last)
        return self.domain_head(self.encoder(images))


def patch_encoder(base_channels: int, channels: int) -> nn.Sequential:
    """The three convolutions of stride 2, each with its norm and activation as one part."""
    encoder = nn.Sequential(nn.Sequential(nn.Conv2d(channels, base_channels, 4, 2, 1), _slope()))
    for factor in (1, 2):
        encoder.append(
            nn.Sequential(
                nn.Conv2d(base_channels * factor, base_channels * factor * 2, 4, 2, 1),
                nn.InstanceNorm2d(base_channels * factor * 2),
                _slope(),
            )
        )
    return encoder


def patch_head(base_channels: int) -> nn.Sequential:
    """The two convolutions of stride 1, from 4 * ``base_channels`` channels to logits."""
    width = base_channels * 8
    return nn.Sequential(
        nn.Conv2d(base_channels * 4, width, 4, 1, 1),
        nn.InstanceNorm2d(width),
        _slope(),
        nn.Conv2d(width, 1, 4, 1, 1),
    )


def _slope() -> nn.Module:
    return nn.LeakyReLU(0.2, inplace=True)
