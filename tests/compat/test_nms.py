"""Our NMS against a brute force from the definition, through mmcv's own functions."""

from fractions import Fraction

import mmcv._ext
import pytest
import torch
from mmcv.ops import batched_nms
from mmcv.ops import nms as mmcv_nms
from torch import Tensor

from mmadvent.compat.nms import BLOCK, nms

# The stand-in of mmadvent.compat.ops is not a file.
COMPILED = getattr(mmcv._ext, "__file__", None) is not None


def overlap(one: list[float], two: list[float], offset: int) -> float:
    """Intersection over union; 0 where both boxes are empty."""

    def area(box: list[float]) -> float:
        return (box[2] - box[0] + offset) * (box[3] - box[1] + offset)

    width = max(0, min(one[2], two[2]) - max(one[0], two[0]) + offset)
    height = max(0, min(one[3], two[3]) - max(one[1], two[1]) + offset)
    inter = width * height
    union = area(one) + area(two) - inter
    return inter / union if union else 0.0


def brute_force(boxes: Tensor, scores: Tensor, threshold: float, offset: int) -> list[int]:
    """Best first; a box stays unless one that stayed overlaps it by more than the threshold."""
    corners = boxes.tolist()
    kept: list[int] = []
    for index in sorted(range(len(corners)), key=scores.tolist().__getitem__, reverse=True):
        if all(overlap(corners[other], corners[index], offset) <= threshold for other in kept):
            kept.append(index)
    return kept


def random_boxes(count: int, generator: torch.Generator, whole: bool) -> tuple[Tensor, Tensor]:
    """Boxes of double precision, on a coarse grid if ``whole``, with scores that all differ."""
    corner = torch.rand(count, 2, generator=generator, dtype=torch.float64) * 10
    size = torch.rand(count, 2, generator=generator, dtype=torch.float64) * 6
    boxes = torch.cat([corner, corner + size], dim=1)
    scores = (torch.randperm(count, generator=generator) + 1) / (count + 1)
    return boxes.round() if whole else boxes, scores.double()


@pytest.mark.parametrize("offset", [0, 1])
@pytest.mark.parametrize("whole", [False, True], ids=["free", "grid"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_random_boxes(dtype: torch.dtype, whole: bool, offset: int) -> None:
    generator = torch.Generator().manual_seed(7)
    for case in range(150):
        count = case % 40
        boxes, scores = random_boxes(count, generator, whole)
        boxes, scores = boxes.to(dtype), scores.to(dtype)
        threshold = (0.0, 0.25, 0.5, 0.75, 1.0)[case % 5]
        kept = nms(boxes, scores, threshold, offset)
        assert kept.dtype == torch.long
        assert kept.tolist() == brute_force(boxes, scores, threshold, offset)


@pytest.mark.skipif(not COMPILED, reason="mmcv has no compiled operators")
def test_a_thousand_random_cases_against_the_compiled_operator() -> None:
    generator = torch.Generator().manual_seed(11)
    for case in range(1000):
        boxes, scores = random_boxes(case % 300, generator, whole=case % 2 == 0)
        boxes, scores = boxes.float(), scores.float()
        threshold, offset = (0.1, 0.3, 0.45, 0.7)[case % 4], case // 4 % 2
        kept = mmcv._ext.nms(boxes, scores, iou_threshold=threshold, offset=offset)
        assert torch.equal(nms(boxes, scores, threshold, offset), kept)


def test_more_boxes_than_one_block() -> None:
    generator = torch.Generator().manual_seed(3)
    boxes, scores = random_boxes(3 * BLOCK + 5, generator, whole=False)
    for threshold in (0.1, 0.45, 0.9):
        kept = nms(boxes, scores, threshold, 0).tolist()
        assert kept == brute_force(boxes, scores, threshold, 0)
        assert len(kept) > 3


def test_equal_scores_leave_a_maximal_set() -> None:
    generator = torch.Generator().manual_seed(5)
    for _ in range(50):
        boxes, _ = random_boxes(60, generator, whole=True)
        scores = torch.randint(0, 3, (60,), generator=generator).double() / 4
        kept = nms(boxes, scores, 0.5, 0)
        corners = boxes.tolist()
        assert (scores[kept].diff() <= 0).all()
        for index in range(60):
            above = [
                other
                for other in kept.tolist()
                if other != index and overlap(corners[other], corners[index], 0) > 0.5
            ]
            # One that stayed overlaps no other that did; one that went, a rival as good or better.
            if index in kept:
                assert not above
            else:
                assert any(scores[other] >= scores[index] for other in above)


def test_an_overlap_equal_to_the_threshold_does_not_suppress() -> None:
    boxes = torch.tensor([[0.0, 0.0, 4.0, 3.0], [0.0, 1.0, 4.0, 4.0]])
    assert overlap(boxes[0].tolist(), boxes[1].tolist(), 0) == Fraction(1, 2)
    scores = torch.tensor([0.9, 0.8])
    assert nms(boxes, scores, 0.5, 0).tolist() == [0, 1]
    assert nms(boxes, scores, 0.499, 0).tolist() == [0]
    assert nms(boxes, scores, 0.5, 1).tolist() == [0]  # a pixel wider and higher: 15 / 25


def test_empty_boxes_do_not_suppress_each_other() -> None:
    boxes = torch.tensor([[2.0, 2.0, 2.0, 2.0], [2.0, 2.0, 2.0, 2.0]])
    scores = torch.tensor([0.3, 0.6])
    assert nms(boxes, scores, 0.5, 0).tolist() == [1, 0]
    assert nms(boxes, scores, 0.5, 1).tolist() == [1]


def test_no_boxes() -> None:
    kept = nms(torch.empty(0, 4), torch.empty(0), 0.5, 0)
    assert kept.shape == (0,) and kept.dtype == torch.long
    dets, kept = mmcv_nms(torch.empty(0, 4), torch.empty(0), 0.5)
    assert dets.shape == (0, 5) and kept.shape == (0,)


def test_half_precision_is_computed_in_single() -> None:
    boxes, scores = random_boxes(30, torch.Generator().manual_seed(1), whole=True)
    expected = nms(boxes.float(), scores.half().float(), 0.5, 0).tolist()
    assert nms(boxes.half(), scores.half(), 0.5, 0).tolist() == expected


def test_mmcv_filters_by_score_and_number() -> None:
    boxes, scores = random_boxes(40, torch.Generator().manual_seed(2), whole=False)
    boxes, scores = boxes.float(), scores.float()
    full = brute_force(boxes, scores, 0.4, 0)

    dets, kept = mmcv_nms(boxes, scores, 0.4, max_num=3)
    assert kept.tolist() == full[:3]
    assert torch.equal(dets, torch.cat([boxes[kept], scores[kept, None]], dim=1))
    # Low scores go before the suppression; since better boxes come first, the rest stays as it was.
    _, kept = mmcv_nms(boxes, scores, 0.4, score_threshold=0.5)
    assert kept.tolist() == [index for index in full if scores[index] > 0.5]
    _, kept = mmcv_nms(boxes.numpy(), scores.numpy(), 0.4)
    assert kept.tolist() == full


@pytest.mark.parametrize("split", [10000, 10], ids=["together", "by class"])
def test_classes_do_not_suppress_each_other(split: int) -> None:
    boxes, scores = random_boxes(60, torch.Generator().manual_seed(4), whole=False)
    boxes, scores = boxes.float(), scores.float()
    labels = torch.arange(60) % 3
    config = {"type": "nms", "iou_threshold": 0.3, "split_thr": split}
    dets, kept = batched_nms(boxes, scores, labels, config)
    expected = []
    for label in range(3):
        inside = (labels == label).nonzero().squeeze(1)
        expected += inside[brute_force(boxes[inside], scores[inside], 0.3, 0)].tolist()
    assert kept.tolist() == sorted(expected, key=scores.tolist().__getitem__, reverse=True)
    assert torch.equal(dets[:, 4], scores[kept])
