"""The figures of each class, by hand."""

import math

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.evaluation import IoUMetric
from mmseg.structures import SegDataSample

from mmadvent.errors import InputError
from mmadvent.io import absent_classes
from mmadvent.segmentation.metrics import ClassIoUMetric, class_iou


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


@pytest.mark.parametrize("ignored", [255, 1, -1])
@pytest.mark.parametrize("labels", [(0, 1, 2, 255), (0, 2, 7, 255), (-3, -1, 0, 1), (255,), (1,)])
def test_areas_pixel_by_pixel(labels: tuple[int, ...], ignored: int) -> None:
    generator = torch.Generator().manual_seed(0)
    places = torch.randint(len(labels), (9, 11), generator=generator)
    label, prediction = torch.tensor(labels)[places], torch.randint(3, (9, 11), generator=generator)
    pixels = list(zip(label.flatten().tolist(), prediction.flatten().tolist(), strict=True))
    counted = [pair for pair in pixels if pair[0] != ignored]
    hits, predicted, labeled = (
        [sum(holds(pair, index) for pair in counted) for index in range(3)]
        for holds in (
            lambda pair, index: pair == (index, index),
            lambda pair, index: pair[1] == index,
            lambda pair, index: pair[0] == index,
        )
    )
    found = ClassIoUMetric.intersect_and_union(prediction, label, 3, ignored)
    assert [areas.dtype for areas in found] == [torch.int64] * 4
    unions = [p + n - h for h, p, n in zip(hits, predicted, labeled, strict=True)]
    assert [areas.tolist() for areas in found] == [hits, unions, predicted, labeled]
    upstream = IoUMetric.intersect_and_union(prediction, label, 3, ignored)
    assert [areas.tolist() for areas in upstream] == [areas.tolist() for areas in found]


def test_areas_of_predictions_beside_the_classes() -> None:
    # One class and a threshold: mmseg predicts 0 and 1, as floats.
    label, prediction = torch.tensor([[0.0, 0.0, 0.0]]), torch.tensor([[0.0, 1.0, 0.0]])
    found = ClassIoUMetric.intersect_and_union(prediction, label, 1, 255)
    assert [areas.tolist() for areas in found] == [[2], [3], [2], [3]]


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
    assert (found["classes_in_mIoU"], found["classes_in_mIoU*"], found["classes_in_stuff"]) == (
        3, 2, 2
    )  # fmt: skip


def test_a_class_that_no_label_holds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mask of 0 and 255 for two classes: the second is void, and the mean is over the first."""
    told: list[str] = []
    monkeypatch.setattr(absent_classes, "print_log", lambda text, **_: told.append(text))
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=torch.tensor([[[0, 0, 255, 255]]]))
    sample.pred_sem_seg = PixelData(data=torch.zeros(1, 1, 4, dtype=torch.long))
    metric = ClassIoUMetric()
    metric.dataset_meta = dict(classes=("background", "object"))
    metric.process({}, [sample.to_dict()])
    found = metric.evaluate(1)
    assert (found["mIoU"], found["classes_in_mIoU"]) == (100, 1)
    assert told == ["no label of the evaluation holds object"]


def test_a_mean_without_a_class_that_is_not_there() -> None:
    metric = ClassIoUMetric(without={"mIoU*": ("wall", "poles")})
    with pytest.raises(InputError) as error:
        metric.dataset_meta = dict(classes=("road", "wall"))
    assert str(error.value) == (
        "ClassIoUMetric.without['mIoU*'] must name classes of the data set (road, wall), got "
        "'poles'"
    )


def test_a_mean_of_no_class() -> None:
    metric = ClassIoUMetric(without={"rest": ("road", "wall", "wall")})
    with pytest.raises(InputError) as error:
        metric.dataset_meta = dict(classes=("road", "wall"))
    assert str(error.value) == (
        "ClassIoUMetric.without['rest'] must leave a class of the data set (road, wall), got all "
        "of them"
    )


def test_a_number_in_place_of_nan_counts_in_every_figure() -> None:
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=torch.tensor([[[0, 0, 1, 1]]]))
    sample.pred_sem_seg = PixelData(data=torch.tensor([[[0, 0, 1, 0]]]))
    metric = ClassIoUMetric(nan_to_num=0, without={"mIoU*": ("road",)})
    metric.dataset_meta = dict(classes=("road", "sky", "car"))
    metric.process({}, [sample.to_dict()])
    found = metric.evaluate(1)
    assert found["mIoU"] == pytest.approx((200 / 3 + 50) / 3, abs=0.01)
    assert found["mIoU*"] == pytest.approx(50 / 2, abs=0.01)
    assert (found["classes_in_mIoU"], found["classes_in_mIoU*"], found["IoU.car"]) == (3, 2, 0)


@pytest.mark.parametrize("ignored", [255, 2, -1])
def test_a_device_counts_what_a_processor_counts(ignored):
    generator = torch.Generator().manual_seed(0)
    prediction = torch.randint(0, 6, (40, 50), generator=generator)
    label = torch.randint(-2, 8, (40, 50), generator=generator)
    label[:3] = 255
    counts = []
    for count in (class_iou._pairs, class_iou._pairs_on_device):
        pairs, inside = count(prediction, label, 5, ignored)
        sums = pairs.sum(dim=0)[inside], pairs.sum(dim=1)[inside], pairs.diagonal()[inside]
        counts.append(torch.stack(sums))
    assert torch.equal(*counts) and counts[0].min() >= 0
