"""Mean over the positions that count."""

from torch import Tensor


def counted_mean(values: Tensor, counted: Tensor | None = None) -> Tensor:
    """Mean of the values at the counted positions of the whole batch.

    Args:
        values: finite, any shape.
        counted: boolean of the same shape; None for all of them.

    Returns:
        A scalar; 0, with a zero gradient, if nothing is counted.
    """
    if counted is None:
        return values.mean()
    return (values * counted).sum() / counted.sum().clamp(min=1)
