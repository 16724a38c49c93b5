"""Average precision of each class, against figures worked out by hand and a plain reference."""

import math

import numpy as np
import pytest
import torch
from mmdet.evaluation import VOCMetric
from mmengine.structures import InstanceData

from mmadvent.detection.metrics import ClassAPMetric

CLASSES = ("person", "car", "train")
PERSON, CAR = 0, 1


def instances(boxes: list, labels: list, scores: list | None = None) -> InstanceData:
    found = InstanceData(
        bboxes=torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        labels=torch.tensor(labels, dtype=torch.long),
    )
    if scores is not None:
        found.scores = torch.tensor(scores)
    return found


def evaluate(metric: VOCMetric, *images: tuple) -> dict[str, float]:
    """Metrics of images given as annotated, ignored and predicted instances."""
    metric.dataset_meta = dict(classes=CLASSES)
    samples = [
        dict(gt_instances=annotated, ignored_instances=ignored, pred_instances=predicted)
        for annotated, ignored, predicted in images
    ]
    metric.process({}, samples)
    return metric.evaluate(len(samples))


NONE = instances([], [])
LEFT, RIGHT, FAR = [0, 0, 19, 19], [40, 0, 59, 19], [200, 200, 219, 219]
# Two persons and a car, found as: the left person surely, a person where none is, the right one.
ONE_IMAGE = (
    instances([LEFT, RIGHT, FAR], [PERSON, PERSON, CAR]),
    NONE,
    instances([LEFT, FAR, RIGHT], [PERSON] * 3, [0.9, 0.8, 0.7]),
)


def test_eleven_points_by_hand() -> None:
    # Precision 1 up to a recall of 1/2 (6 points), 2/3 beyond (5 points).
    metrics = evaluate(ClassAPMetric(prefix="voc"), ONE_IMAGE)
    person = (6 + 5 * 2 / 3) / 11
    assert metrics["voc/AP50.person"] == pytest.approx(person, abs=5e-5)
    assert metrics["voc/AP50.car"] == 0
    assert math.isnan(metrics["voc/AP50.train"])
    assert metrics["voc/classes_in_AP50"] == 2
    assert metrics["voc/mAP"] == metrics["voc/AP50"] == pytest.approx(person / 2, abs=5e-5)


def test_area_by_hand() -> None:
    metrics = evaluate(ClassAPMetric(eval_mode="area", prefix="voc"), ONE_IMAGE)
    assert metrics["voc/AP50.person"] == pytest.approx(1 / 2 + 1 / 2 * 2 / 3, abs=5e-5)


def test_ignored_boxes_count_neither_way() -> None:
    image = (
        instances([LEFT], [PERSON]),
        instances([RIGHT], [PERSON]),
        instances([RIGHT, LEFT], [PERSON] * 2, [0.9, 0.8]),
    )
    assert evaluate(ClassAPMetric(prefix="voc"), image)["voc/AP50.person"] == 1


def test_the_mean_over_no_class() -> None:
    ignored = instances([RIGHT], [PERSON])
    metrics = evaluate(ClassAPMetric(prefix="voc"), (NONE, ignored, instances([], [], [])))
    assert math.isnan(metrics["voc/mAP"]) and math.isnan(metrics["voc/AP50"])
    assert metrics["voc/classes_in_AP50"] == 0


def test_several_overlaps() -> None:
    shifted = [0, 0, 19, 13]  # 14 of 20 rows: an overlap of 0.7
    image = (instances([LEFT], [PERSON]), NONE, instances([shifted], [PERSON], [0.9]))
    metrics = evaluate(ClassAPMetric(iou_thrs=[0.5, 0.75], prefix="voc"), image)
    assert (metrics["voc/AP50"], metrics["voc/AP75"], metrics["voc/mAP"]) == (1, 0, 0.5)
    assert (metrics["voc/AP50.person"], metrics["voc/AP75.person"]) == (1, 0)


def reference(images: list[tuple], label: int) -> float:
    """VOC 2007's AP of one class: greedy by score, each annotated box is found once."""
    found = []
    total = 0
    for index, (annotated, _, predicted) in enumerate(images):
        boxes = [
            b
            for b, k in zip(annotated.bboxes.tolist(), annotated.labels, strict=True)
            if k == label
        ]
        total += len(boxes)
        mine = (predicted.labels == label).nonzero().flatten().tolist()
        found += [(predicted.scores[i].item(), index, predicted.bboxes[i].tolist()) for i in mine]
    taken: set[tuple[int, int]] = set()
    right = []
    for _, index, box in sorted(found, reverse=True):
        annotated = images[index][0]
        overlaps = [
            (overlap(box, other), number)
            for number, (other, k) in enumerate(
                zip(annotated.bboxes.tolist(), annotated.labels, strict=True)
            )
            if k == label
        ]
        best, number = max(overlaps, default=(0.0, -1))
        right.append(best >= 0.5 and (index, number) not in taken)
        if right[-1]:
            taken.add((index, number))
    hits = np.cumsum(right)
    recall, precision = hits / total, hits / np.arange(1, len(hits) + 1)
    points = np.linspace(0, 1, 11)
    return float(np.mean([precision[recall >= p - 1e-9].max(initial=0) for p in points]))


def overlap(one: list[float], other: list[float]) -> float:
    """Intersection over union, the last pixel included."""
    width = min(one[2], other[2]) - max(one[0], other[0]) + 1
    height = min(one[3], other[3]) - max(one[1], other[1]) + 1
    inter = max(width, 0) * max(height, 0)
    areas = sum((box[2] - box[0] + 1) * (box[3] - box[1] + 1) for box in (one, other))
    return inter / (areas - inter)


def test_against_a_plain_reference() -> None:
    rng = np.random.default_rng(0)
    images = []
    # No two alike: the order of equal scores is nobody's promise.
    for scores in rng.permutation(36).reshape(3, 12) / 40:
        corners = rng.integers(0, 60, (6, 2))
        boxes = np.concatenate([corners, corners + rng.integers(10, 40, (6, 2))], axis=1)
        labels = rng.integers(0, 2, 6)
        moved = np.concatenate([boxes, boxes]) + rng.integers(-6, 7, (12, 4))
        predicted = instances(moved.tolist(), [*labels, *labels], scores.tolist())
        images.append((instances(boxes.tolist(), labels.tolist()), NONE, predicted))
    metrics = evaluate(ClassAPMetric(prefix="voc"), *images)
    for label in (PERSON, CAR):
        expected = reference(images, label)
        assert 0.05 < expected < 0.95
        assert metrics[f"voc/AP50.{CLASSES[label]}"] == pytest.approx(expected, abs=5e-5)


def test_mean_is_upstreams() -> None:
    ours = evaluate(ClassAPMetric(prefix="voc"), ONE_IMAGE)
    upstream = evaluate(VOCMetric(prefix="voc"), ONE_IMAGE)
    assert ours["voc/mAP"] == pytest.approx(upstream["voc/mAP"], abs=5e-5)
