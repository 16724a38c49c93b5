"""Metrics that mmseg does not have."""

from mmadvent.segmentation.metrics.class_iou import ClassIoUMetric
from mmadvent.segmentation.metrics.information_maximisation import InformationMaximisationMetric
from mmadvent.segmentation.metrics.mean_entropy import MeanEntropyMetric
from mmadvent.segmentation.metrics.soft_neighborhood_density import SoftNeighbourhoodDensityMetric

__all__ = [
    "ClassIoUMetric",
    "InformationMaximisationMetric",
    "MeanEntropyMetric",
    "SoftNeighbourhoodDensityMetric",
]
