"""The fully-convolutional domain discriminator of AdvEnt."""

from mmengine.model import BaseModule
from mmengine.registry import MODELS
from torch import Tensor, nn

STRIDE = 32  # five convolutions of stride 2


@MODELS.register_module()
class SelfInfoDiscriminator(BaseModule):
    """Tell the domain of a weighted self-information map, patch by patch.

    Four 4x4 convolutions of stride 2 (channels ``base_channels`` x 1, 2, 4, 8), each followed by a
    LeakyReLU of slope 0.2, and a classifier convolution of the same kind with one output channel.

    Args:
        in_channels: channels of the map: the number of classes.
        base_channels: channels of the first convolution.
        init_cfg: OpenMMLab's initialisation config; torch's default where none is given, as in
            the released code.

    Shape:
        (N, in_channels, H, W) with H, W >= 32 -> (N, 1, h, w) domain logits, h about H / 32;
        high means source.

    Raises:
        ValueError: if a map has another number of channels, or a side under 32.

    Source: Vu et al., ADVENT, CVPR 2019, section 4.1 (the architecture of DCGAN's discriminator).
    """

    # Not `num_classes`: mmdet's NumClassCheckHook compares every module's attribute of that name.
    def __init__(
        self, in_channels: int, base_channels: int = 64, init_cfg: dict | None = None
    ) -> None:
        super().__init__(init_cfg)
        self.in_channels = in_channels
        widths = [in_channels, *(base_channels * factor for factor in (1, 2, 4, 8))]
        layers: list[nn.Module] = []
        for before, after in zip(widths[:-1], widths[1:], strict=True):
            layers += [
                nn.Conv2d(before, after, kernel_size=4, stride=2, padding=1),
                nn.LeakyReLU(negative_slope=0.2, inplace=True),
            ]
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Conv2d(widths[-1], 1, kernel_size=4, stride=2, padding=1)

    def forward(self, self_information: Tensor) -> Tensor:
        """Domain logits (N, 1, h, w) of ``self_information`` (N, in_channels, H, W)."""
        shape = tuple(self_information.shape)
        if len(shape) != 4 or shape[1] != self.in_channels or min(shape[2:]) < STRIDE:
            raise ValueError(
                f"self_information must have the shape (N, {self.in_channels}, H, W) with "
                f"H, W >= {STRIDE}, got {shape}"
            )
        return self.classifier(self.features(self_information))
