"""Changes of color and sharpness that leave every pixel where it is."""

import torch
import torch.nn.functional as F
from torch import Tensor

REACH = 5


def color_jitter(images: Tensor, strength: float) -> Tensor:
    r"""Change brightness, contrast and saturation of each image, by factors drawn at random.

    .. math::
        x_1 = b\, x, \quad x_2 = c\, x_1 + (1 - c)\, \overline{x_1}, \quad
        x_3 = s\, x_2 + (1 - s)\, g(x_2), \qquad b, c, s \sim U(1 - a, 1 + a)

    The bar is the mean over an image, g the mean over the channels of a pixel, so the order of the
    channels does not matter.

    Args:
        images: (N, 3, H, W), non-negative where 0 is black; the values are not clipped.
        strength: a, in [0, 1]. 0 changes nothing.

    Returns:
        As ``images``. The draw is from torch's generator of the processor.

    Source: Tranheden et al., DACS, WACV 2021, whose code draws a hue too.
    """
    if strength == 0:
        return images
    factors = 1 + strength * (2 * torch.rand(3, len(images)) - 1)
    factors = factors.to(images.device, images.dtype, non_blocking=True)
    brightness, contrast, saturation = factors[..., None, None, None]
    images = brightness * images
    images = contrast * images + (1 - contrast) * images.mean(dim=(1, 2, 3), keepdim=True)
    return saturation * images + (1 - saturation) * images.mean(dim=1, keepdim=True)


def gaussian_blur(images: Tensor, sigma: Tensor) -> Tensor:
    r"""Blur each image by a Gaussian of its own width; the borders are mirrored.

    The filter reaches :data:`REACH` pixels, at least four times the largest sigma there is.

    Args:
        images: (N, C, H, W) with H and W above :data:`REACH`.
        sigma: (N,), in pixels, above 0 and up to :data:`REACH` / 4. Below 0.2 nothing changes to
            the eye.

    Returns:
        As ``images``.
    """
    number, channels = images.shape[:2]
    at = torch.arange(-REACH, REACH + 1, device=images.device, dtype=images.dtype)
    weights = torch.softmax(-0.5 * (at / sigma.to(at)[:, None]) ** 2, dim=1)
    weights = weights.repeat_interleave(channels, 0)[:, None]  # (N * C, 1, 2 * REACH + 1)
    padded = F.pad(images, [REACH] * 4, mode="reflect").flatten(0, 1)[None]
    blurred = F.conv2d(padded, weights[..., None], groups=number * channels)
    blurred = F.conv2d(blurred, weights[..., None, :], groups=number * channels)
    return blurred.view_as(images)
