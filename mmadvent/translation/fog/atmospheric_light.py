"""The colour of the fog: given, or estimated from the clear image."""

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import minimum_filter

from mmadvent.errors import InputError
from mmadvent.translation.fog.optical_model import Image

PATCH = 15
"""Side of the dark channel's square patch, in pixels."""

BRIGHTEST = 1000
"""One pixel in so many is among the brightest of the dark channel."""


def estimate_atmospheric_light(image: Image) -> tuple[float, ...]:
    """The colour of a pixel where all that is near is bright, which is mostly sky.

    The dark channel of a pixel is the least value of all channels in the square patch around it.
    Of the 0.1 % of the pixels where it is highest (an odd number), the one with the median
    brightness gives its colour.

    Args:
        image: (H, W, channels); the order of the channels does not matter, as the brightness is
            their plain mean.

    Returns:
        A value for each channel, in the image's order and range.

    Source: He et al., Single Image Haze Removal Using Dark Channel Prior, CVPR 2009, for the dark
    channel; Tang et al., Investigating Haze-Relevant Features, CVPR 2014, for the median. Foggy
    Cityscapes (Sakaridis et al., IJCV 2018) has both.
    """
    dark = minimum_filter(image.min(axis=2), size=PATCH, mode="nearest").ravel()
    count = dark.size // BRIGHTEST
    count += 1 - count % 2
    # A stable order makes the choice among equals the same everywhere.
    brightest = np.argsort(-dark.astype(np.float32), kind="stable")[:count]
    colors = image.reshape(-1, image.shape[2])[brightest].astype(np.float32)
    median = np.argsort(colors.mean(axis=1), kind="stable")[count // 2]
    return tuple(float(value) for value in colors[median])


def check_light(light: Sequence[float] | None) -> None:
    """Check the colour of the fog.

    Raises:
        InputError: if it is neither None nor three numbers in [0, 255].
    """
    if light is not None and not (len(light) == 3 and all(0 <= value <= 255 for value in light)):
        raise InputError(
            f"atmospheric_light must be None or three numbers in [0, 255], RGB, got {light!r}"
        )
