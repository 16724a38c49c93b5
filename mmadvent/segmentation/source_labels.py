"""What the source's pipeline must hand on as labels, whichever step loads them."""

from collections.abc import Sequence

from mmseg.structures import SegDataSample
from torch import Tensor

from mmadvent.errors import InputError


def check_source_labels(
    inputs: Sequence[Tensor], data_samples: Sequence[SegDataSample], classes: int, ignore: int
) -> None:
    """Check labels while they are on the host: a loss on a device dies of a class it lacks.

    Args:
        inputs: images as the pipeline leaves them, each (C, h, w).
        data_samples: of the images, with ``gt_sem_seg``.
        classes: number of classes.
        ignore: what is no class and counts in no loss.

    Raises:
        InputError: if a label is not (1, h, w), as that of a PNG of colors, or holds another index.
    """
    for image, sample in zip(inputs, data_samples, strict=True):
        if "gt_sem_seg" not in sample:
            continue  # upstream's losses say so
        labels = sample.gt_sem_seg.data
        path, size = sample.get("seg_map_path"), (1, *image.shape[-2:])
        if labels.shape != size:
            raise InputError(
                f"the label '{path}' must leave the source's pipeline with one class a pixel, "
                f"{size}, got {tuple(labels.shape)}"
            )
        if labels.device.type != "cpu":
            continue  # looking would wait for the device
        wrong = ((labels < 0) | (labels >= classes)) & (labels != ignore)
        if wrong.any():
            raise InputError(
                f"the label '{path}' must hold the indices of {classes} classes, 0-{classes - 1}, "
                f"or {ignore}, got {int(labels[wrong][0])}"
            )
