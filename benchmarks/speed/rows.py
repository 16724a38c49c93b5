"""What a benchmark gives: rows of ours beside the reference."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How thoroughly to measure.

    Attributes:
        quick: tiny sizes, to see that everything runs; the numbers mean nothing.
        repeats: how often each side is timed after the warm-up.
    """

    quick: bool = False
    repeats: int = 5


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        bench: what was measured.
        unit: of ``ours`` and ``reference``: seconds (``s``), MiB or operators.
        ours: the median over the repetitions.
        reference: the median over the repetitions.
        ratio: the median of ours / reference over the pairs that were measured side by side; below
            1 where ours needs less. None where the reference is 0.
        spread: the smallest and the largest of those ratios.
        goal: the highest ratio to aim at, None where there is none.
    """

    bench: str
    unit: str
    ours: float
    reference: float
    ratio: float | None
    spread: tuple[float, float] | None
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio <= self.goal
