"""Boxes in pixels of the file are told from those that moved along with the image."""

from typing import Any

import pytest
import torch
from mmdet.structures import DetDataSample
from mmdet.structures.bbox import HorizontalBoxes
from mmengine.structures import InstanceData

from mmadvent.engine.preflight.annotated_boxes import (
    check_boxes_follow,
    first_with_boxes,
    in_pixels_of_the_file,
)
from mmadvent.errors import InputError

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


class Samples(Images):
    """One image, with a box; the pipeline gives ``found`` of it."""

    def __init__(self, *found: list[float], **meta: Any) -> None:
        super().__init__([info(FIRST) | dict(img_path="a.png")])
        self.sample = sample(*found)
        self.sample.set_metainfo(dict(img_path="a.png") | meta)

    def __getitem__(self, index: Any) -> Any:
        return dict(data_samples=self.sample)

    def get_data_info(self, index: int) -> dict:
        return super().__getitem__(index)


def test_boxes_that_do_not_follow_the_image() -> None:
    with pytest.raises(InputError) as error:
        check_boxes_follow(Samples(FIRST, scale_factor=(2.0, 1.0)), "train_dataloader")
    assert str(error.value) == (
        "train_dataloader.dataset.pipeline must have LoadAnnotations before the steps that resize "
        "the image, but the boxes of 'a.png' are in pixels of the file"
    )


@pytest.mark.parametrize(
    "dataset",
    [
        Samples([8.0, 5.0, 20.0, 12.0], scale_factor=(2.0, 1.0)),
        Samples(FIRST, scale_factor=(1.0, 1.0)),
        Samples(FIRST),  # nothing says how it was resized
        Samples(scale_factor=(2.0, 1.0)),  # cut away
        Samples(FIRST, scale_factor=(2.0, 1.0), img_path="b.png"),  # another in its place
        Images([info()]),
        object(),  # as a wrapper that mixes images
    ],
)
def test_boxes_that_do(dataset: Any) -> None:
    check_boxes_follow(dataset, "train_dataloader")
