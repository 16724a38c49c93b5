"""The standard optical model of fog."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mmadvent.errors import InputError

Image = npt.NDArray[Any]
Map = npt.NDArray[np.float32]


def check_beta(beta: float, name: str = "beta") -> None:
    """Check an attenuation coefficient.

    Raises:
        InputError: if it is not a finite number of 0 or more.
    """
    if not (math.isfinite(beta) and beta >= 0):
        raise InputError(f"{name} must be a finite number >= 0 (in 1/m), got {beta}")


def transmission(distance: npt.NDArray[np.floating], beta: float) -> Map:
    """The share of a thing's light that reaches the camera: t = exp(-beta * distance).

    Args:
        distance: from the camera, in metres, any shape; 0 or more, infinity is allowed.
        beta: attenuation coefficient in 1/m; fog has 0.003 or more. The meteorological optical
            range, at which 5 % are left, is 2.996 / beta: 150 m at 0.02, 600 m at 0.005.

    Returns:
        float32 in [0, 1], of the shape of ``distance``; 1 everywhere if ``beta`` is 0.

    Raises:
        InputError: if ``beta`` is negative or not finite.

    Source: Sakaridis et al., Semantic Foggy Scene Understanding with Synthetic Data, IJCV 2018.
    """
    check_beta(beta)
    if beta == 0:  # 0 * infinity has no value
        return np.ones(distance.shape, dtype=np.float32)
    return np.exp(-beta * distance.astype(np.float32))


def blend_fog(image: Image, transmission: Map, atmospheric_light: Sequence[float]) -> Image:
    """Mix the light of the fog in: I * t + L * (1 - t).

    The stored values are mixed as they are, without undoing their gamma, as the authors of Foggy
    Cityscapes do.

    Args:
        image: the clear image I, (H, W, channels), in [0, 255].
        transmission: t, (H, W), in [0, 1].
        atmospheric_light: L, a value for each channel, in the image's order, in [0, 255].

    Returns:
        A new image of the type of ``image``; integers are rounded to the nearest.

    Source: Sakaridis et al., IJCV 2018.
    """
    light = np.asarray(atmospheric_light, dtype=np.float32)
    share = transmission[..., None]
    foggy = image * share + light * (1 - share)
    if np.issubdtype(image.dtype, np.integer):
        foggy = np.rint(foggy)
    return foggy.astype(image.dtype)
