"""The figures of each class, by hand."""

import math

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmadvent.segmentation.metrics import ClassIoUMetric


def test_iou_of_each_class_by_hand() -> None:
    label = torch.tensor([[[0, 0, 1, 255], [0, 0, 1, 255]]])
    prediction = torch.tensor([[[0, 0, 1, 1], [0, 1, 1, 0]]])
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=label)
    sample.pred_sem_seg = PixelData(data=prediction)
    metric = ClassIoUMetric()
    metric.dataset_meta = dict(classes=("road", "sky", "car"))
    metric.process({}, [sample.to_dict()])
    found = metric.evaluate(1)
    assert found["IoU.road"] == pytest.approx(100 * 3 / 4)
    assert found["IoU.sky"] == pytest.approx(66.67)
    assert math.isnan(found["IoU.car"])
    assert found["mIoU"] == pytest.approx((75 + 66.67) / 2, abs=0.01)
