"""The table's columns are what an evaluation logs."""

import numpy as np
import torch

from mmadvent.results.iou_table import IOU_TABLE
from mmadvent.segmentation.metrics import ClassIoUMetric, MeanEntropyMetric


def test_columns_are_logged() -> None:
    (partial,) = IOU_TABLE.partial_means
    metric = ClassIoUMetric(without={partial.key: ["sky"]})
    metric.dataset_meta = dict(classes=("road", "sky"))
    areas = tuple(torch.tensor([4.0, 2.0]) for _ in range(4))
    logged = metric.compute_metrics([areas]) | MeanEntropyMetric().compute_metrics([0.5])
    assert logged[IOU_TABLE.mean.key] == logged[partial.key] == 100
    assert {key for key in logged if key.startswith(IOU_TABLE.class_prefix)} == {
        "IoU.road",
        "IoU.sky",
    }
    (entropy,) = IOU_TABLE.others
    assert np.isclose(entropy.factor * logged[entropy.key], 50)
    assert not entropy.ranked
