"""The figures of each class, by hand."""

import math

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmadvent.errors import InputError
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


def test_a_mean_without_some_classes() -> None:
    label = torch.tensor([[[0, 0, 1, 1, 2, 2, 2, 2]]])
    prediction = torch.tensor([[[0, 0, 0, 1, 2, 2, 2, 1]]])
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=label)
    sample.pred_sem_seg = PixelData(data=prediction)
    metric = ClassIoUMetric(without={"mIoU*": ("wall",), "stuff": ["car", "train"]})
    metric.dataset_meta = dict(classes=("road", "wall", "car", "train"))
    metric.process({}, [sample.to_dict()])
    found = metric.evaluate(1)
    road, wall, car = 100 * 2 / 3, 100 * 1 / 3, 100 * 3 / 4
    assert found["mIoU"] == pytest.approx((road + wall + car) / 3, abs=0.01)
    # A class that is nowhere counts in no mean.
    assert found["mIoU*"] == pytest.approx((road + car) / 2, abs=0.01)
    assert found["stuff"] == pytest.approx((road + wall) / 2, abs=0.01)


def test_a_mean_without_a_class_that_is_not_there() -> None:
    metric = ClassIoUMetric(without={"mIoU*": ("wall", "poles")})
    with pytest.raises(InputError) as error:
        metric.dataset_meta = dict(classes=("road", "wall"))
    assert str(error.value) == (
        "ClassIoUMetric.without['mIoU*'] must name classes of the data set (road, wall), got "
        "'poles'"
    )
