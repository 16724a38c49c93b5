"""Fog as a step of a data pipeline."""

from collections.abc import Sequence

import numpy as np
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness
from mmengine.registry import TRANSFORMS

from mmadvent.checks import check_choice
from mmadvent.errors import InputError
from mmadvent.io.load_image import ambiguous
from mmadvent.translation.fog.atmospheric_light import check_light, estimate_atmospheric_light
from mmadvent.translation.fog.depth import HOLES, fill_holes
from mmadvent.translation.fog.optical_model import blend_fog, check_beta, transmission
from mmadvent.translation.fog.sources import find_distance


@TRANSFORMS.register_module()
class AddFog(BaseTransform):
    """Put fog on an image: I * t + L * (1 - t), t = exp(-beta * distance).

    The distance comes from the files beside the image: see
    :func:`mmadvent.translation.fog.sources.find_distance`. Put it right behind the loading of the
    image, before anything that crops, flips or resizes.

    Required keys: ``img`` (H, W, 3) as mmcv loads it, BGR; ``img_path``.
    Modified keys: ``img``.
    Added keys: ``fog_beta``, the density of this image's fog in 1/m.

    Args:
        beta: attenuation coefficient in 1/m, or (low, high): drawn uniformly for each image.
        atmospheric_light: colour of the fog, RGB in [0, 255]; estimated from each image if None.
        holes: what pixels without a measurement are: see
            :func:`mmadvent.translation.fog.depth.fill_holes`.

    Raises:
        InputError: if an argument is out of its range, or an image was turned by its EXIF
            orientation, or has no depth or one of another size.

    Source: Sakaridis et al., Semantic Foggy Scene Understanding with Synthetic Data, IJCV 2018.
    """

    def __init__(
        self,
        beta: float | Sequence[float] = 0.02,
        atmospheric_light: Sequence[float] | None = None,
        holes: str = "far",
    ) -> None:
        self.low, self.high = beta_range(beta)
        check_light(atmospheric_light)
        check_choice("holes", holes, HOLES)
        self.atmospheric_light = atmospheric_light
        self.holes = holes

    @cache_randomness
    def draw_beta(self) -> float:
        """The density of one image's fog."""
        return self.low if self.low == self.high else float(np.random.uniform(self.low, self.high))

    def transform(self, results: dict) -> dict:
        """Put fog on ``img``."""
        image, path = results["img"], results["img_path"]
        if "exif_orientation" in results:
            raise InputError(ambiguous(path, results["exif_orientation"], "its depth"))
        distance = find_distance(path).read()
        if distance.shape != image.shape[:2]:
            raise InputError(
                f"AddFog must come before any change of size: the depth of '{path}' is "
                f"{distance.shape[1]}x{distance.shape[0]}, the image is "
                f"{image.shape[1]}x{image.shape[0]}"
            )
        light = self.atmospheric_light
        color = estimate_atmospheric_light(image) if light is None else light[::-1]
        beta = self.draw_beta()
        clear = transmission(fill_holes(distance, self.holes), beta)
        results["img"] = blend_fog(image, clear, color)
        results["fog_beta"] = beta
        return results

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(beta=({self.low}, {self.high}), "
            f"atmospheric_light={self.atmospheric_light}, holes={self.holes!r})"
        )


def beta_range(beta: float | Sequence[float]) -> tuple[float, float]:
    """The least and the greatest density.

    Raises:
        InputError: if one is negative or not finite, or they are not in this order.
    """
    bounds = tuple(beta) if isinstance(beta, Sequence) else (beta, beta)
    numbers = all(isinstance(bound, int | float) for bound in bounds)
    if not numbers or len(bounds) != 2 or bounds[0] > bounds[1]:
        raise InputError(f"beta must be a number or (low, high), got {beta!r}")
    for bound in bounds:
        check_beta(bound)
    return bounds[0], bounds[1]
