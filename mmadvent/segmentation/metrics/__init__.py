"""Metrics that mmseg does not have."""

from mmadvent.segmentation.metrics.class_iou import ClassIoUMetric
from mmadvent.segmentation.metrics.mean_entropy import MeanEntropyMetric

__all__ = ["ClassIoUMetric", "MeanEntropyMetric"]
