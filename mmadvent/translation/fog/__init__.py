"""Fog by the standard optical model, from images and their depth."""

from mmadvent.translation.fog.add_fog import AddFog
from mmadvent.translation.fog.atmospheric_light import estimate_atmospheric_light
from mmadvent.translation.fog.depth import depth_from_disparity, distance_along_rays, fill_holes
from mmadvent.translation.fog.optical_model import blend_fog, transmission

__all__ = [
    "AddFog",
    "blend_fog",
    "depth_from_disparity",
    "distance_along_rays",
    "estimate_atmospheric_light",
    "fill_holes",
    "transmission",
]
