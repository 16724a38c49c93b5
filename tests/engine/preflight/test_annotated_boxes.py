"""Boxes in pixels of the file are told from those that moved along with the image."""

from typing import Any

import pytest
import torch
from mmdet.structures import DetDataSample
from mmdet.structures.bbox import HorizontalBoxes
from mmengine.structures import InstanceData

from mmadvent.engine.preflight.annotated_boxes import first_with_boxes, in_pixels_of_the_file

FIRST, SECOND = [4.0, 5.0, 10.0, 12.0], [20.1, 3.3, 31.7, 22.2]


def info(*boxes: list[float], **more: Any) -> dict:
    return dict(instances=[dict(bbox=box, bbox_label=0, **more) for box in boxes])


def sample(*boxes: list[float]) -> DetDataSample:
    tensor = torch.tensor(boxes).reshape(-1, 4)
    return DetDataSample(gt_instances=InstanceData(bboxes=HorizontalBoxes(tensor)))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([SECOND, FIRST], True),
        ([SECOND], True),  # one is left out
        ([], True),
        ([FIRST, [20.1, 6.6, 31.7, 44.4]], False),
    ],
)
def test_boxes_are_compared_with_those_that_were_read(found: list, expected: bool) -> None:
    assert in_pixels_of_the_file(sample(*found), info(FIRST, SECOND)) is expected


def test_plain_tensors_and_boxes_of_nobody() -> None:
    plain = DetDataSample(gt_instances=InstanceData(bboxes=torch.tensor([FIRST])))
    assert in_pixels_of_the_file(plain, info(FIRST))
    assert not in_pixels_of_the_file(plain, info())
    assert not in_pixels_of_the_file(plain, dict(instances=[dict(bbox=[0.0] * 5)]))


class Images(list):
    def get_data_info(self, index: int) -> dict:
        return self[index]


def test_the_first_image_with_a_box_that_counts() -> None:
    crowd = info(FIRST, ignore_flag=1)
    assert first_with_boxes(Images([dict(), info(), crowd, info(FIRST)])) == 3
    assert first_with_boxes(Images([dict(), crowd])) is None
