"""Which snapshot of a run each criterion picks, and what it costs not to look at target labels."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmadvent.errors import InputError
from mmadvent.io.evaluations import parse_log_line
from mmadvent.io.reading import read_text
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

    A resumed run writes another log, which counts from where it begins; so does a run that was
    started anew in the same folder.

    Raises:
        InputError: if there is none, if a log cannot be read, or if a validation lacks a measure
            that a criterion looks at or has one that is not finite.
    """
    found: dict[int, Validation] = {}
    for log in sorted(work_dir.glob("*/vis_data/scalars.json")):
        lines = read_text(log, "log").splitlines()
        entries = [parse_log_line(log, line) for line in lines if line]
        for entry in entries:
            if "step" not in entry:
                raise InputError(f"the log '{log}' must hold the step of every entry")
        if entries:
            begin = entries[0]["step"]
            found = {step: validation for step, validation in found.items() if step < begin}
        found |= {int(entry["step"]): entry for entry in entries if SCORE in entry}
    if not found:
        raise InputError(
            f"the work directory '{work_dir}' holds no validation (an entry with mIoU)"
        )
    validations = [found[step] for step in sorted(found)]
    keys = [criterion.key for criterion in CRITERIA]
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
    runs both are means, ± the sample standard deviation.

    Args:
        runs: the validations of each run.
    """
    lines = [["criterion", "step", SCORE, "regret"], [":--", "--:", "--:", "--:"]]
    for criterion in CRITERIA:
        picked = [criterion.pick(validations) for validations in runs]
        scores = [validation[SCORE] for validation in picked]
        best = [max(validation[SCORE] for validation in validations) for validations in runs]
        regrets = [most - score for most, score in zip(best, scores, strict=True)]
        steps = ", ".join(str(validation["step"]) for validation in picked)
        lines.append([criterion.title, steps, _shown(scores), _shown(regrets)])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _shown(values: Sequence[float]) -> str:
    return cell_text(Cell(statistics.fmean(values), tuple(values)), SHOWN)
