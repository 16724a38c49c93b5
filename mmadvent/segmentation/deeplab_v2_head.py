"""The classifier of DeepLab-V2."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.utils import resize
from mmseg.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class DeepLabV2Head(BaseDecodeHead):
    """Atrous spatial pyramid pooling whose branches are classifiers: their outputs are added.

    .. math:: z = \\sum_r \\mathrm{conv}_{3 \\times 3,\\ dilation\\ r}(x)

    All branches count; the code of AdaptSegNet returns after the second. Predictions are resized
    once, from the network's stride to the size of the image on disk, as in the released evaluation;
    mmseg's heads go by way of the network's input. An exported model carries the source of this
    class: it must need nothing of this package.

    Args:
        in_channels: channels of the feature map.
        num_classes: number of classes.
        dilations: dilation of each branch.
        kwargs: of mmseg's ``BaseDecodeHead``; ``conv_cfg``, ``norm_cfg`` and ``act_cfg`` are
            refused.

    Shape:
        list of feature maps, of which ``in_index`` is (N, in_channels, h, w)
        -> logits (N, num_classes, h, w).

    Raises:
        ValueError: if layers are asked for that it does not have.

    Source: Chen et al., DeepLab, PAMI 2018 (ASPP-L); ADVENT section 4.1.
    """

    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        dilations: Sequence[int] = (6, 12, 18, 24),
        init_cfg: dict | None = None,
        **kwargs: object,
    ) -> None:
        for name in ("conv_cfg", "norm_cfg", "act_cfg"):
            if kwargs.get(name) is not None:
                raise ValueError(
                    f"DeepLabV2Head.{name} must be left out, as the head has plain convolutions "
                    f"only, got {kwargs[name]!r}"
                )
        super().__init__(
            in_channels=in_channels,
            channels=num_classes,  # of upstream's last convolution, which this head does without
            num_classes=num_classes,
            dropout_ratio=0,
            init_cfg=init_cfg or dict(type="Normal", std=0.01, layer="Conv2d"),
            **kwargs,
        )
        del self.conv_seg
        self.dilations = tuple(dilations)
        self.branches = nn.ModuleList(
            nn.Conv2d(in_channels, self.out_channels, 3, padding=dilation, dilation=dilation)
            for dilation in self.dilations
        )

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """Class logits (N, num_classes, h, w) of the selected feature map.

        Convolutions with so few outputs use any device badly. One of 1x1 gives what each of the
        nine places of each branch's kernel adds; one ``fold`` a branch shifts them and adds them
        up. A fold goes the other way than a convolution, so the kernels are flipped.
        """
        features = self._transform_inputs(inputs)
        weights = torch.stack([branch.weight for branch in self.branches]).flip(3, 4)
        kernels = weights.permute(0, 1, 3, 4, 2).flatten(0, 3)
        number = len(kernels)
        # Tensor cores take channels by eights.
        kernels = F.pad(kernels, (0, 0, 0, -number % 8))[:, :, None, None]
        logits = sum(branch.bias for branch in self.branches).view(1, -1, 1, 1)
        # The biases are in full precision, so that the sums are, also within autocast.
        summands = F.conv2d(features, kernels)[:, :number].to(logits.dtype).flatten(2)
        size = (features.shape[2], features.shape[3])
        parts = summands.unflatten(1, (len(self.dilations), -1)).unbind(dim=1)
        for dilation, part in zip(self.dilations, parts, strict=True):
            logits = logits + F.fold(part, size, 3, dilation=dilation, padding=dilation)
        return logits

    def predict(
        self, inputs: Sequence[Tensor], batch_img_metas: list[dict], test_cfg: Any
    ) -> Tensor:
        """Class logits (N, num_classes, H, W) at the images' size before the test pipeline.

        At the size of the network's input, as upstream has it, for a sliding window, for padded
        images, which mmseg crops afterwards, and for images of different or unknown sizes.
        """
        logits = self.forward(inputs)
        sizes = {tuple(meta.get("ori_shape", ())[:2]) for meta in batch_img_metas}
        paddings = (
            meta.get("img_padding_size", meta.get("padding_size", ())) for meta in batch_img_metas
        )
        sliding = test_cfg is not None and test_cfg.get("mode", "whole") != "whole"
        size = sizes.pop()
        if sliding or sizes or not size or any(map(any, paddings)):
            return self.predict_by_feat(logits, batch_img_metas)
        return resize(
            logits,
            size=size,
            mode="bilinear",
            align_corners=self.align_corners,
            warning=False,
        )
