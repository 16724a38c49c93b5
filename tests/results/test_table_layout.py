"""The tables' columns are what an evaluation logs."""

from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config

from mmadvent.results.table_layout import AP_TABLE, IOU_TABLE
from mmadvent.segmentation.metrics import ClassIoUMetric, MeanEntropyMetric

BASE = Path(__file__).resolve().parents[2] / "configs/_base_/datasets/cityscapes_to_foggy.py"


def test_average_precision_has_those_of_the_configs_metrics() -> None:
    names = {f"{m.prefix}/mAP" for m in Config.fromfile(BASE).val_evaluator if "prefix" in m}
    area, coco = AP_TABLE.others
    assert names == {AP_TABLE.mean.key, area.key}
    assert coco.key == "coco/bbox_mAP"
    assert AP_TABLE.class_prefix == AP_TABLE.mean.key.replace("mAP", "AP50.")
    assert {measure.factor for measure in (AP_TABLE.mean, *AP_TABLE.others)} == {100.0}


def test_iou_has_what_is_logged() -> None:
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
