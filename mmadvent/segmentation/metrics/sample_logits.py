"""The logits of an evaluated image, as measures without labels need them."""

from torch import Tensor

from mmadvent.errors import InputError


def sample_logits(sample: dict, metric: str) -> Tensor:
    """Class logits (C, pixels) that a segmentor put into its result as ``seg_logits``.

    Args:
        sample: the result, as the evaluator hands it over.
        metric: name of who asks, for the error.

    Raises:
        InputError: if there is one channel, of which mmseg leaves a probability and no logits.
    """
    logits: Tensor = sample["seg_logits"]["data"].flatten(1)
    if len(logits) < 2:
        raise InputError(
            f"{metric} needs the logits of 2 classes or more, got {len(logits)} channel: give the "
            "model num_classes=2 instead of one class and a threshold"
        )
    return logits
