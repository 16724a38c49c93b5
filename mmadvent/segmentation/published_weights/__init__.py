"""Weights that ADVENT, ESL and AdaptSegNet published, as checkpoints of this package's models."""

from mmadvent.segmentation.published_weights.classifiers import ADDED_BRANCHES
from mmadvent.segmentation.published_weights.conversion import Converted, convert

__all__ = ["ADDED_BRANCHES", "Converted", "convert"]
