"""The padding of a preprocessed batch."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from mmadvent.functional import image_mask


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
