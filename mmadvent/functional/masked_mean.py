"""Mean over the positions that count."""

from torch import Tensor


def masked_mean(values: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mean of the values where the mask is true, over the whole batch.

    Args:
        values: finite, any shape.
        mask: boolean of the same shape; None for all of them.

    Returns:
        A scalar; 0, with a zero gradient, if no position counts.

    Raises:
        ValueError: if the mask has another shape.
    """
    if mask is None:
        return values.mean()
    if mask.shape != values.shape:
        raise ValueError(
            f"mask must have the shape {tuple(values.shape)} of the values, got {tuple(mask.shape)}"
        )
    return (values * mask).sum() / mask.sum().clamp(min=1)
