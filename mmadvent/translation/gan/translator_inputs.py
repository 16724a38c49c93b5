"""What a translator gets: pixels in [-1, 1], and both domains as one batch could hold them."""

from typing import Any

import torch
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.structures import DomainOutput

PIXEL_RANGE = 127.5  # images are in [-1, 1]: (pixel - 127.5) / 127.5


def check_pixel_range(preprocessor: Any) -> None:
    """Check that a preprocessor's config gives the images that generators translate.

    Images are translated without it: others would be translated as none that it was trained on.

    Raises:
        InputError: if it maps pixels elsewhere than to [-1, 1], or turns channels around.
    """
    if not isinstance(preprocessor, dict):
        return
    scale = {name: preprocessor.get(name) for name in ("mean", "std")}
    turned = [name for name in ("bgr_to_rgb", "rgb_to_bgr") if preprocessor.get(name)]
    if turned or any(list(value or ()) != [PIXEL_RANGE] * 3 for value in scale.values()):
        told = ", ".join(f"{name}={value}" for name, value in scale.items())
        raise InputError(
            "model.data_preprocessor must map BGR pixels to [-1, 1], by mean and std "
            f"{[PIXEL_RANGE] * 3} alone, got {', '.join([told, *turned])}"
        )


def pixels_of(images: Tensor) -> Tensor:
    """BGR in [0, 255] of images in [-1, 1]."""
    return images * PIXEL_RANGE + PIXEL_RANGE


def join_domains(
    source: dict, target: dict, with_labels: bool, generator: nn.Module
) -> tuple[DomainOutput, DomainOutput]:
    """Images of both domains, and the source's labels.

    Args:
        source: a batch, preprocessed.
        target: another.
        with_labels: whether the source's are needed.
        generator: that takes the images.

    Raises:
        InputError: if a label is missing, or if the images have two sizes, or one that the
            generator does not take.
    """
    labels = stacked_labels(source["data_samples"]) if with_labels else None
    images, others = _stacked(source["inputs"]), _stacked(target["inputs"])
    sizes = [tuple(each.shape[-2:]) for each in (images, others)]
    if sizes[0] != sizes[1]:  # a discriminator looks at both in one batch
        got = " and ".join(f"{width}x{height}" for height, width in sizes)
        raise InputError(
            f"the images of source and target must have one size after their pipelines, got {got}"
        )
    check_size = getattr(generator, "check_size", None)
    if check_size is not None:
        check_size(*sizes[0])
    return DomainOutput(images, labels=labels), DomainOutput(others)


def stacked_labels(data_samples: list) -> Tensor:
    """(N, H, W) integers, 255 where there is no class.

    Raises:
        InputError: if an image has none.
    """
    if not all("gt_sem_seg" in sample for sample in data_samples):
        raise InputError(
            "the source of SemanticTranslator needs labels: its pipeline must have a step such as "
            "LoadLabelIds"
        )
    return torch.cat([sample.gt_sem_seg.data for sample in data_samples])


def _stacked(inputs: Any) -> Tensor:
    return inputs if isinstance(inputs, Tensor) else torch.stack(list(inputs))
