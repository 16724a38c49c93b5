"""Metrics that mmdet does not have."""

from mmadvent.detection.metrics.class_ap import ClassAPMetric

__all__ = ["ClassAPMetric"]
