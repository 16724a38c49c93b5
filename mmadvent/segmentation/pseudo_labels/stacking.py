"""The pseudo-labels of a batch."""

from collections.abc import Sequence

import torch
from mmseg.structures import SegDataSample
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.functional import NO_LABEL


def stack_pseudo_labels(inputs: Tensor, data_samples: Sequence[SegDataSample]) -> Tensor:
    """The pseudo-labels of preprocessed target images, at the size of the batch.

    Args:
        inputs: the images, (N, 3, H, W), padded at the bottom and on the right.
        data_samples: of the images, with ``pseudo_sem_seg`` as ``PackTargetInputs`` packs it.

    Returns:
        (N, H, W) int64: a class, 255 where there is none and where an image was padded.

    Raises:
        InputError: if an image has no pseudo-labels, or if they were not moved together with it.
    """
    labels = inputs.new_full((len(inputs), *inputs.shape[2:]), NO_LABEL, dtype=torch.long)
    for row, sample in zip(labels, data_samples, strict=True):
        if "pseudo_sem_seg" not in sample:
            raise InputError(
                "PseudoLabel needs the target's pseudo-labels: set "
                "target_dataloader.dataset.pseudo_labels to the folder that "
                "tools/make_pseudo_labels.py wrote, and have LoadPseudoLabels and PackTargetInputs "
                "in its pipeline"
            )
        found = sample.pseudo_sem_seg.data[0]
        if found.shape != sample.img_shape:
            raise InputError(
                f"the pseudo-label '{sample.pseudo_label_path}' must leave the target's pipeline "
                f"at its image's size, {tuple(sample.img_shape)}, got {tuple(found.shape)}"
            )
        row[: found.shape[0], : found.shape[1]] = found
    return labels


def check_pseudo_labels(data_samples: Sequence[SegDataSample], num_classes: int) -> None:
    """Check the classes while the labels are on the host: on a device the step would wait.

    Raises:
        InputError: if a class index is too large.
    """
    for sample in data_samples:
        if "pseudo_sem_seg" not in sample:
            continue  # stacking says so
        labels = sample.pseudo_sem_seg.data
        wrong = (labels >= num_classes) & (labels != NO_LABEL)
        if wrong.any():
            raise InputError(
                f"the pseudo-label '{sample.pseudo_label_path}' must hold the indices of "
                f"{num_classes} classes, 0-{num_classes - 1}, or {NO_LABEL}, got "
                f"{int(labels[wrong][0])}"
            )
