"""The boxes that a detector's data set has read, beside those of its samples."""

import copy
from collections.abc import Sequence
from typing import Any

import torch

from mmadvent.errors import InputError

TOLERANCE = 0.01  # pixels


def first_with_boxes(dataset: Any) -> int | None:
    """Index of the first image with a box that counts; None if no image has one.

    Args:
        dataset: of mmdet's kind, or one that wraps some.
    """
    for index in range(len(dataset)):
        instances = dataset.get_data_info(index).get("instances") or ()
        if any(not instance.get("ignore_flag") for instance in instances):
            return index
    return None


def first_view(sample: dict) -> Any:
    """The data sample; of several views of one image, the first, whose labels count."""
    samples: Any = sample.get("data_samples")
    return samples[0] if isinstance(samples, Sequence) else samples


def sample_with_boxes(dataset: Any) -> tuple[Any, dict] | None:
    """The sample of the first image with a box, and what was read of it; None if there is none.

    Args:
        dataset: any; one that mixes images has nothing to compare.
    """
    index = first_with_boxes(dataset) if hasattr(dataset, "get_data_info") else None
    if index is None:
        return None
    # Of a copy: a run takes the data set over, and transforms may remember what they saw.
    return first_view(copy.deepcopy(dataset)[index]), dataset.get_data_info(index)


def in_pixels_of_the_file(sample: Any, info: dict) -> bool:
    """Whether a sample's boxes are those that were read, in pixels of the image on disk.

    Boxes that were loaded before a step resized or turned the image are in pixels of the result.

    Args:
        sample: mmdet's ``DetDataSample``.
        info: what its data set has read of the image, as ``get_data_info`` gives it.
    """
    boxes = sample.gt_instances.bboxes
    boxes = getattr(boxes, "tensor", boxes)
    read = [instance["bbox"] for instance in info.get("instances") or ()]
    if not len(boxes):
        return True
    if not read or boxes.shape[1] != len(read[0]):
        return False
    distances = torch.cdist(boxes.double(), boxes.new_tensor(read).double(), p=torch.inf)
    return bool(distances.amin(dim=1).max() < TOLERANCE)


def check_boxes_follow(dataset: Any, key: str) -> None:
    """Check that a pipeline for training resizes the boxes along with the image.

    Args:
        dataset: that is trained on.
        key: of its loader, for the error.

    Raises:
        InputError: if the image of the first sample with a box is resized, and its boxes are not.
    """
    found = sample_with_boxes(dataset)
    if found is None:
        return
    sample, info = found
    # A sample that a step refuses gives its place to another.
    own = sample.get("img_path") == info["img_path"] and len(sample.get("gt_instances", ()))
    resized = tuple(sample.get("scale_factor", ())) not in ((), (1.0, 1.0))
    if own and resized and in_pixels_of_the_file(sample, info):
        raise InputError(
            f"{key}.dataset.pipeline must have LoadAnnotations before the steps that resize the "
            f"image, but the boxes of '{info['img_path']}' are in pixels of the file"
        )
