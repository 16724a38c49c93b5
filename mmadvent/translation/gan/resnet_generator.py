"""The generator of CycleGAN: a residual network from image to image."""

import torch
from mmengine.model import BaseModule
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.functional.winograd import winograd_conv3x3
from mmadvent.translation.gan.normal_init import NORMAL_INIT

WINOGRAD_CHANNELS = 128  # with 64 the transforms cost what the multiplications save
STRIDE = 4  # two convolutions of stride 2, and two that undo them


@MODELS.register_module()
class ResNetGenerator(BaseModule):
    """Translate an image: two convolutions down, residual blocks, two up.

    c7s1-64, d128, d256, R256 x ``num_blocks``, u128, u64, c7s1-3 in the notation of CycleGAN, with
    reflection padding, instance norms without parameters, ReLUs and a tanh at the end. Weights are
    drawn from N(0, 0.02^2).

    With 64 channels, 9 blocks have 11,378,179 parameters and 6 blocks 7,837,699.

    Args:
        base_channels: channels of the first convolution.
        num_blocks: number of residual blocks.
        channels: of the images.
        init_cfg: OpenMMLab's initialization config.

    Shape:
        (N, channels, H, W) -> the same in [-1, 1]; H and W are multiples of 4, of at least 16.

    Raises:
        InputError: if a side of the images is not such a multiple.

    Source: Zhu et al., CycleGAN, ICCV 2017, appendix 7.2; Johnson et al., ECCV 2016.
    """

    def __init__(
        self,
        base_channels: int = 64,
        num_blocks: int = 9,
        channels: int = 3,
        init_cfg: dict | None = NORMAL_INIT,
    ) -> None:
        super().__init__(init_cfg)
        widths = [base_channels * factor for factor in (1, 2, 4)]
        layers = [ReflectionPad(3), nn.Conv2d(channels, widths[0], 7), *_norm(widths[0])]
        for before, after in zip(widths[:-1], widths[1:], strict=True):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), *_norm(after)]
        layers += [ResidualBlock(widths[-1]) for _ in range(num_blocks)]
        for before, after in zip(widths[:0:-1], widths[-2::-1], strict=True):
            layers += [
                nn.ConvTranspose2d(before, after, 3, stride=2, padding=1, output_padding=1),
                *_norm(after),
            ]
        layers += [ReflectionPad(3), nn.Conv2d(widths[0], channels, 7)]
        self.layers = nn.Sequential(*layers)

    def check_size(self, height: int, width: int) -> None:
        """Check that it takes images of this size.

        Raises:
            InputError: if it does not.
        """
        if height % STRIDE or width % STRIDE or min(height, width) < 4 * STRIDE:
            raise InputError(
                f"ResNetGenerator takes images whose sides are multiples of {STRIDE}, of at least "
                f"{4 * STRIDE} pixels, got {width}x{height}"
            )

    def forward(self, images: Tensor) -> Tensor:
        """The translations of ``images``, in float32 under autocast too."""
        self.check_size(*images.shape[-2:])
        if self.layers[1].weight.is_contiguous(memory_format=torch.channels_last):
            images = images.contiguous(memory_format=torch.channels_last)
        values = self.layers(images)
        return torch.tanh(values.float() if values.dtype.itemsize < 4 else values)


class ResidualBlock(nn.Module):
    """x + conv(conv(x)), each 3x3 over a reflected border, with instance norms.

    Args:
        channels: of the input and the output.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            ReflectionPad(1),
            Conv3x3(channels, channels, 3),
            *_norm(channels),
            ReflectionPad(1),
            Conv3x3(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, values: Tensor) -> Tensor:
        """(N, channels, H, W) -> the same."""
        return values + self.layers(values)


class ReflectionPad(nn.ReflectionPad2d):
    """Leaves the values in their type: a processor's autocast pads in float32, and copies twice."""

    def forward(self, images: Tensor) -> Tensor:
        """(N, C, H, W) -> padded to each side."""
        with torch.autocast(images.device.type, enabled=False):
            return super().forward(images)


class Conv3x3(nn.Conv2d):
    """A convolution without padding that takes half the time on a processor, in float32.

    Nine tenths of a generator's multiplications are in its blocks.
    """

    def forward(self, images: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C', H - 2, W - 2)."""
        plain = (
            images.device.type != "cpu"
            or self.in_channels < WINOGRAD_CHANNELS
            or images.dtype not in (torch.float32, torch.float64)
            or images.dtype != self.weight.dtype
            or torch.is_autocast_enabled("cpu")
            or torch.jit.is_tracing()
            or torch.compiler.is_compiling()
        )
        if plain or self.bias is None:
            return super().forward(images)
        return winograd_conv3x3(images, self.weight, self.bias)


def _norm(channels: int) -> list[nn.Module]:
    return [nn.InstanceNorm2d(channels), nn.ReLU(inplace=True)]
