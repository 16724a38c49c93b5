"""Order statistics of the values of each class, without keeping the values."""

import torch
from torch import Tensor

BINS = 2**16


class ClassHistograms:
    r"""A histogram of values in [0, 1] for each class, from which thresholds are read.

    The counts take the same memory after one image and after any number. A value that is read back
    is an edge of the bin that holds it, so it is at most one bin width, :math:`1 / bins`, away.

    Args:
        num_classes: number of classes.
        bins: number of bins of equal width; of a power of two the edges are exact in float32.
        device: where the counts are.

    Raises:
        ValueError: if one of the numbers is below 1.
    """

    def __init__(
        self, num_classes: int, bins: int = BINS, device: torch.device | str | None = None
    ) -> None:
        if num_classes < 1 or bins < 1:
            raise ValueError(f"num_classes and bins must be >= 1, got {num_classes} and {bins}")
        self.counts = torch.zeros(num_classes, bins, dtype=torch.int64, device=device)
        """(num_classes, bins): how many values of a class are in a bin."""

    @property
    def totals(self) -> Tensor:
        """(num_classes,) int64: how many values each class has."""
        return self.counts.sum(dim=1)

    def update(self, values: Tensor, classes: Tensor) -> None:
        """Count values.

        Args:
            values: any shape, in [0, 1]; what rounding put beside it is counted at the end.
            classes: integers in [0, num_classes) of the same shape.

        Raises:
            ValueError: if the shapes differ, or a value is nan or a class outside its range.
        """
        if values.shape != classes.shape:
            raise ValueError(
                f"values and classes must have one shape, got {tuple(values.shape)} and "
                f"{tuple(classes.shape)}"
            )
        if not values.numel():
            return
        if values.isnan().any():
            raise ValueError("values must be in [0, 1], got nan")
        num_classes, bins = self.counts.shape
        if classes.min() < 0 or classes.max() >= num_classes:
            raise ValueError(f"classes must be in [0, {num_classes - 1}]")
        places = (values.flatten().double() * bins).long().clamp(0, bins - 1)
        places += classes.flatten().long() * bins
        self.counts += torch.bincount(places, minlength=num_classes * bins).view(num_classes, bins)

    def pooled(self) -> "ClassHistograms":
        """The histogram of the values of all classes, as one class."""
        pooled = ClassHistograms(1, self.counts.shape[1], self.counts.device)
        pooled.counts += self.counts.sum(dim=0)
        return pooled

    def quantile(self, q: float, edge: str = "upper") -> Tensor:
        r"""The order statistic of each class at a share of its sorted values.

        Of n values, :math:`v_0 \le \dots \le v_{n-1}`, it is :math:`v_k` with
        :math:`k = \min(\mathrm{round}(q\, n),\, n - 1)`, halves rounded to even numbers, as ESL's
        code has it; 0.5 is the median.

        Args:
            q: in [0, 1].
            edge: which end of its bin: ``upper`` is never below :math:`v_k` and ``lower`` never
                above.

        Returns:
            (num_classes,) float64, within a bin width of :math:`v_k`; nan for a class without
            values.

        Raises:
            ValueError: if ``q`` is outside [0, 1] or ``edge`` is another one.
        """
        if not 0 <= q <= 1:
            raise ValueError(f"q must be in [0, 1], got {q}")
        if edge not in ("lower", "upper"):
            raise ValueError(f"edge must be lower or upper, got {edge!r}")
        totals = self.totals.tolist()
        ranks = [min(round(q * total), total - 1) for total in totals]
        below = self.counts.cumsum(dim=1)
        # The first bin up to whose end there are more values than the rank.
        rank = torch.tensor(ranks, device=below.device)[:, None]
        places = torch.searchsorted(below, rank, right=True)[:, 0].double()
        edges = (places + (edge == "upper")) / self.counts.shape[1]
        return edges.masked_fill(self.totals == 0, torch.nan)
