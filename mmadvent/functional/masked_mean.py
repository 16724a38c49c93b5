"""Mean over the positions that count."""

from torch import Tensor

from mmadvent.functional.class_logits import at_least_float32


def masked_mean(values: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mean of the values where the mask is true, over the whole batch.

    float16 and bfloat16 values are summed in float32.

    Args:
        values: finite, any shape.
        mask: boolean of the same shape; None for all of them.

    Returns:
        A scalar of the values' type; 0, with a zero gradient, if no position counts.

    Raises:
        ValueError: if the mask has another shape.
    """
    if mask is None:
        return values.mean()
    if mask.shape != values.shape:
        raise ValueError(
            f"mask must have the shape {tuple(values.shape)} of the values, got {tuple(mask.shape)}"
        )
    total = at_least_float32(values * mask).sum()
    return (total / mask.sum().clamp(min=1)).to(values.dtype)
