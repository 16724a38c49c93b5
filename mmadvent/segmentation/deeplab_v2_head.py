"""The classifier of DeepLab-V2."""

from collections.abc import Sequence

from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class DeepLabV2Head(BaseDecodeHead):
    """Atrous spatial pyramid pooling whose branches are classifiers: their outputs are added.

    .. math:: z = \\sum_r \\mathrm{conv}_{3 \\times 3,\\ dilation\\ r}(x)

    All branches count; the code of AdaptSegNet returns after the second. An exported model carries
    the source of this class: it must need nothing of this package.

    Args:
        in_channels: channels of the feature map.
        num_classes: number of classes.
        dilations: dilation of each branch.
        kwargs: of mmseg's ``BaseDecodeHead``.

    Shape:
        list of feature maps, of which ``in_index`` is (N, in_channels, h, w)
        -> logits (N, num_classes, h, w).

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
        """Class logits (N, num_classes, h, w) of the selected feature map."""
        features = self._transform_inputs(inputs)
        logits = self.branches[0](features)
        for branch in self.branches[1:]:
            logits = logits + branch(features)
        return logits
