"""The discriminator of the semantic GAN: real or translated, and which class each pixel has."""

from typing import Any

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.translation.gan.normal_init import NORMAL_INIT
from mmadvent.translation.gan.patch_discriminator import patch_encoder, patch_head


@MODELS.register_module()
class SemanticDiscriminator(BaseModule):
    """One encoder, real or translated in its middle, and a decoder to class logits.

    The encoder's first three convolutions and the domain's head are those of
    :class:`PatchDiscriminator`, so both judge the same patches of 70x70 pixels. The encoder goes on
    by two convolutions of stride 2, and the decoder comes back by four steps, each of which puts
    the values, at twice the size, beside the encoder's: a 3x3 convolution, an instance norm, a
    ReLU. The class logits, at half of the image's size, are upsampled.

    The paper draws this scheme and gives no sizes; channels and depth are ours. Its author's
    earlier prototype is narrower (32 channels) and deeper (down to 1/256).

    With 64 channels and 19 classes it has 16,110,164 parameters.

    Args:
        num_labels: number of classes.
        base_channels: channels of the first convolution.
        channels: of the images.
        init_cfg: OpenMMLab's initialization config.

    Shape:
        (N, channels, H, W), H and W at least 64 -> (N, 1, h, w) logits, h about H / 8, high means
        real, and (N', num_labels, H, W) class logits.

    Source: Zama Ramirez et al., Exploiting Semantics in Adversarial Training for Image-Level Domain
    Adaptation, IPAS 2018, figure 2.
    """

    min_side = 64

    # Not `num_classes`: mmdet's NumClassCheckHook compares every module's attribute of that name.
    def __init__(
        self,
        num_labels: int,
        base_channels: int = 64,
        channels: int = 3,
        init_cfg: dict | None = NORMAL_INIT,
    ) -> None:
        super().__init__(init_cfg)
        self.num_labels = num_labels
        self.encoder = patch_encoder(base_channels, channels)
        self.domain_head = patch_head(base_channels)
        widths = [base_channels * factor for factor in (1, 2, 4, 8, 8)]
        self.deep_encoder = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(before, after, 4, 2, 1),
                    nn.InstanceNorm2d(after),
                    nn.LeakyReLU(0.2, inplace=True),
                )
                for before, after in zip(widths[2:-1], widths[3:], strict=True)
            )
        )
        self.decoder = nn.ModuleList()
        below = widths[-1]
        for beside in widths[-2::-1]:
            self.decoder.append(
                nn.Sequential(
                    nn.Conv2d(below + beside, beside, 3, padding=1),
                    nn.InstanceNorm2d(beside),
                    nn.ReLU(inplace=True),
                )
            )
            below = beside
        self.class_head = nn.Conv2d(below, num_labels, 3, padding=1)

    def forward(self, images: Tensor, classes_of: slice | None = None) -> Any:
        """Domain logits of all images, and class logits of some.

        Args:
            images: (N, channels, H, W).
            classes_of: which of the images to classify; all of them by default.
        """
        if self.encoder[0][0].weight.is_contiguous(memory_format=torch.channels_last):
            images = images.contiguous(memory_format=torch.channels_last)
        levels = []
        values = images
        for part in self.encoder:
            values = part(values)
            levels.append(values)
        domain_logits = self.domain_head(values)
        if classes_of is not None:
            levels = [level[classes_of] for level in levels]
        values = levels[-1]
        for part in self.deep_encoder:
            values = part(values)
            levels.append(values)
        return domain_logits, self._decode(levels, images.shape[-2:])

    def _decode(self, levels: list[Tensor], size: torch.Size) -> Tensor:
        values = levels.pop()
        for part in self.decoder:
            beside = levels.pop()
            values = part(torch.cat([F.interpolate(values, beside.shape[-2:]), beside], dim=1))
        logits = self.class_head(values)
        return F.interpolate(logits, size, mode="bilinear", align_corners=False)
