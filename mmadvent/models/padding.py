"""The padding of a preprocessed batch."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.functional import image_mask

LOADERS = dict(source="train_dataloader", target="target_dataloader")


def batch_mask(inputs: Tensor, data_samples: Sequence[Any] | None) -> Tensor | None:
    """Which pixels of a batch are of its images; see :func:`mmadvent.functional.image_mask`.

    Args:
        inputs: (N, C, H, W), as a data preprocessor of mmseg or mmdet gives them.
        data_samples: of the images; what they know of the size before the padding is all that is
            read.
    """
    whole = tuple(inputs.shape[2:])
    sizes = [tuple(sample.get("img_shape", whole))[:2] for sample in data_samples or ()]
    return image_mask(inputs, sizes)


def preprocessed(preprocessor: Any, data: dict, domain: str, training: bool) -> dict[str, Any]:
    """A batch as the network takes it, if its images get one size.

    Args:
        preprocessor: of mmseg or mmdet.
        data: ``inputs``, each (C, h, w), or one tensor, and ``data_samples``.
        domain: ``source`` or ``target``, for the error.
        training: whether the preprocessor is told that the network trains.

    Raises:
        InputError: if mmseg's is to pad to a fixed size, and larger images leave several sizes.
    """
    size = getattr(preprocessor, "size", None) if training else None
    shapes = [tuple(image.shape[-2:]) for image in data["inputs"]]
    if size is not None and len({tuple(map(max, shape, size)) for shape in shapes}) > 1:
        height, width = next(s for s in shapes if s[0] > size[0] or s[1] > size[1])
        raise InputError(
            f"the images of a {domain} batch must fit into model.data_preprocessor.size, height "
            f"{size[0]} and width {size[1]}, which pads them to one size, got {height} and {width}"
            f": crop or resize them, set {LOADERS[domain]}.batch_size=1, or pad to the largest by "
            "model.data_preprocessor.size=None model.data_preprocessor.size_divisor=1"
        )
    return preprocessor(data, training=training)
