"""The boxes that a detector's data set has read, beside those of its samples."""

from typing import Any

import torch

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
