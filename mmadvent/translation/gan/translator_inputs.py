"""What a translator gets: pixels in [-1, 1], images of one size, labels of the source."""

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


def check_sizes(data: dict, generator: nn.Module) -> None:
    """Check that all images of a step have one size, which the generator takes.

    A discriminator looks at both domains in one batch, and a border that pads an image to a batch
    would be learned as a part of it.

    Args:
        data: a batch of each domain, before the preprocessing.
        generator: of the images.

    Raises:
        InputError: if they have several sizes, or one that the generator does not take.
    """
    images = [image for batch in data.values() for image in batch["inputs"]]
    size, *others = dict.fromkeys(tuple(image.shape[-2:]) for image in images)
    if others:
        got = " and ".join(f"{width}x{height}" for height, width in (size, *others))
        raise InputError(
            f"the images of source and target must have one size after their pipelines, got {got}"
        )
    check_size = getattr(generator, "check_size", None)
    if check_size is not None:
        check_size(*size)


def join_domains(
    source: dict, target: dict, with_labels: bool
) -> tuple[DomainOutput, DomainOutput]:
    """Images of both domains, preprocessed, and the source's labels.

    Labels are (N, H, W) integers, 255 where there is no class.

    Raises:
        InputError: if labels are asked for and an image has none.
    """
    samples = source["data_samples"]
    if with_labels and not all("gt_sem_seg" in sample for sample in samples):
        raise InputError(
            "the source of SemanticTranslator needs labels: its pipeline must have a step such as "
            "LoadLabelIds"
        )
    labels = torch.cat([sample.gt_sem_seg.data for sample in samples]) if with_labels else None
    return DomainOutput(_stacked(source["inputs"]), labels=labels), DomainOutput(
        _stacked(target["inputs"])
    )


def _stacked(inputs: Any) -> Tensor:
    return inputs if isinstance(inputs, Tensor) else torch.stack(list(inputs))
