"""Which snapshot of a run each criterion picks, and what it costs not to look at target labels."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmadvent.errors import InputError
from mmadvent.io.evaluations import read_log
from mmadvent.io.tables import markdown_table
from mmadvent.results.result_pages import cell_text
from mmadvent.results.results_table import Cell, Column

SCORE = "mIoU"
SHOWN = Column(SCORE, SCORE, is_mean=True)

Validation = Mapping[str, float]
"""The measures of one validation by name, and its ``step``."""


@dataclass(frozen=True)
class Criterion:
    """A way to choose one snapshot of a run.

    Attributes:
        title: its name in the table.
        key: the measure that it looks at.
        best: ``min`` or ``max``.
    """

    title: str
    key: str
    best: Callable

    def pick(self, validations: Sequence[Validation]) -> Validation:
        """The best of a run's validations, the earliest among equals."""
        return self.best(validations, key=lambda validation: validation[self.key])


CRITERIA = (
    Criterion("last snapshot", "step", max),
    Criterion("lowest mean entropy", "mean_entropy", min),
    Criterion("highest information maximisation", "information_maximisation", max),
    Criterion("highest soft neighbourhood density", "soft_neighbourhood_density", max),
    Criterion("highest mIoU, by target labels", SCORE, max),
)


def read_validations(work_dir: Path) -> list[Validation]:
    """All validations of a training, in the order of their steps.

    Without labels of the target they have no mIoU.

    Raises:
        InputError: if there is none, if a log cannot be read, or if a validation lacks a measure
            that a criterion looks at or has one that is not finite.
    """
    keys = [criterion.key for criterion in CRITERIA]
    validations: list[Validation] = [
        entry for entry in read_log(work_dir) if any(key in entry for key in keys[1:])
    ]
    if not validations:
        raise InputError(
            f"the work directory '{work_dir}' holds no validation (an entry with mIoU or "
            "mean_entropy)"
        )
    if not any(SCORE in validation for validation in validations):
        keys.remove(SCORE)
    for validation in validations:
        for key in keys:
            if not math.isfinite(validation.get(key, math.nan)):
                raise InputError(
                    f"every validation in '{work_dir}' must log a finite {', '.join(keys[1:])} "
                    f"(val_evaluator), got {key}={validation.get(key)} at step {validation['step']}"
                )
    return validations


def selection_table(runs: Sequence[Sequence[Validation]]) -> str:
    """A Markdown table: a row a criterion, with the step that it picks in each run.

    The mIoU there is in percent, and its regret is the distance to the run's best. With several
    runs both are means, ± the sample standard deviation. Where no run was validated on labels,
    there is nothing but the steps.

    Args:
        runs: the validations of each run.

    Raises:
        InputError: if some runs have a mIoU and others have none.
    """
    labeled = [SCORE in validations[0] for validations in runs]
    if any(labeled) != all(labeled):
        raise InputError("runs must all have been validated on labels or none of them, got both")
    if not any(labeled):
        return _steps_table(runs)
    lines = []
    for criterion in CRITERIA:
        picked = [criterion.pick(validations) for validations in runs]
        scores = [validation[SCORE] for validation in picked]
        best = [max(validation[SCORE] for validation in validations) for validations in runs]
        regrets = [most - score for most, score in zip(best, scores, strict=True)]
        steps = ", ".join(str(validation["step"]) for validation in picked)
        lines.append([criterion.title, steps, _shown(scores), _shown(regrets)])
    return markdown_table(("criterion", "step", SCORE, "regret"), lines)


def _steps_table(runs: Sequence[Sequence[Validation]]) -> str:
    lines = []
    for criterion in CRITERIA:
        if criterion.key != SCORE:
            steps = [str(criterion.pick(validations)["step"]) for validations in runs]
            lines.append([criterion.title, ", ".join(steps)])
    return markdown_table(("criterion", "step"), lines)


def _shown(values: Sequence[float]) -> str:
    return cell_text(Cell(statistics.fmean(values), tuple(values)), SHOWN)
