"""Depth in metres from what data sets store."""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from mmadvent.checks import check_choice
from mmadvent.translation.fog.optical_model import Map

HOLES = ("far", "nearest")


def depth_from_disparity(code: npt.NDArray[np.uint16], baseline: float, fx: float) -> Map:
    """Depth along the optical axis, of Cityscapes' code p: baseline * fx / d, d = (p - 1) / 256.

    Args:
        code: p, (H, W); 0 where the disparity was not measured.
        baseline: distance of the two cameras in metres.
        fx: focal length in pixels.

    Returns:
        float32, (H, W), in metres: NaN where there is no measurement, infinity where d is 0.

    Source: Cordts et al., The Cityscapes Dataset, CVPR 2016 (its files' description).
    """
    disparity = (code.astype(np.float32) - 1) / np.float32(256)
    disparity[code == 0] = np.nan
    with np.errstate(divide="ignore"):
        return (baseline * fx / disparity).astype(np.float32)


def distance_along_rays(depth: Map, fx: float, u0: float, v0: float) -> Map:
    """Distance from the camera: z * sqrt(1 + ((u - u0)^2 + (v - v0)^2) / fx^2).

    It is the way that light goes through the fog, up to 13 % longer than the depth in the
    corners of Cityscapes' images.

    Args:
        depth: z along the optical axis, (H, W), in metres, of square pixels.
        fx: focal length in pixels.
        u0: column of the optical axis in pixels; a pixel's centre lies at its index + 0.5.
        v0: row of the optical axis in pixels.

    Returns:
        float32, (H, W), in metres.
    """
    height, width = depth.shape
    x = (np.arange(width, dtype=np.float32) + 0.5 - u0) / fx
    y = (np.arange(height, dtype=np.float32) + 0.5 - v0) / fx
    return depth * np.sqrt(1 + (y * y)[:, None] + (x * x)[None, :]).astype(np.float32)


def fill_holes(distance: Map, holes: str = "far") -> Map:
    """Give the pixels without a measurement (NaN) a distance.

    Args:
        distance: (H, W) in metres.
        holes: ``far``: infinitely far, which is right for the sky of rendered pictures.
            ``nearest``: as far as the nearest pixel with a measurement, for the holes that stereo
            matching leaves at the edges of things.

    Returns:
        (H, W) without NaN; all infinite if nothing was measured.

    Raises:
        InputError: if there is no such way.
    """
    check_choice("holes", holes, HOLES)
    missing = np.isnan(distance)
    if holes == "far" or missing.all():
        return np.where(missing, np.float32(np.inf), distance)
    if not missing.any():
        return distance
    nearest = distance_transform_edt(missing, return_distances=False, return_indices=True)
    return distance[tuple(nearest)]
