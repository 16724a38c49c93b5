"""The results of methods as one table, whatever it is printed as."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmadvent.errors import InputError
from mmadvent.io.evaluations import read_results
from mmadvent.results.paper_figures import PaperRow
from mmadvent.results.table_layout import SHORT, Measure, TableLayout, TableRow

Run = tuple[Path, Mapping[str, float]]
"""A work directory and its evaluation."""


@dataclass(frozen=True)
class Column:
    """A column of figures in percent.

    Attributes:
        name: full name of the class, or the measure's title; the paper's figures go by it.
        title: what stands above it.
        is_mean: whether it is a mean over classes, which is shown with its spread.
        ranked: whether more is better.
    """

    name: str
    title: str
    is_mean: bool = False
    ranked: bool = True


@dataclass(frozen=True)
class Cell:
    """A method's figures in one column, in percent.

    Attributes:
        mean: over the seeds that have a figure; nan if none has.
        values: one for each work directory, nan where the class does not occur; a gap has none.
    """

    mean: float
    values: tuple[float, ...] = ()

    @property
    def seeds(self) -> int:
        """How many values the mean is over."""
        return len(_occurring(self.values))

    @property
    def spread(self) -> float | None:
        """The sample standard deviation (n - 1) of the values; none for fewer than two."""
        values = _occurring(self.values)
        return statistics.stdev(values) if len(values) > 1 else None


@dataclass(frozen=True)
class ResultsRow:
    """A method's cells and where they come from.

    Attributes:
        method: its name.
        work_dirs: one for each seed.
        cells: one for each column; none for the oracle's gap to itself.
        paper: the paper's row of the same method.
    """

    method: str
    work_dirs: tuple[Path, ...]
    cells: tuple[Cell | None, ...]
    paper: PaperRow | None = None


@dataclass(frozen=True)
class ResultsTable:
    """Methods and their figures.

    Attributes:
        columns: the classes, their mean, its partial means, other measures, and the gaps.
        rows: one for each method.
        classes: full names of those in the first columns; the next column is their mean.
        oracle: the row that the gaps are to.
    """

    columns: tuple[Column, ...]
    rows: tuple[ResultsRow, ...]
    classes: tuple[str, ...]
    oracle: str | None = None


def results_table(
    rows: Sequence[TableRow],
    layout: TableLayout,
    oracle: str | None = None,
    paper: Mapping[str, PaperRow] | None = None,
) -> ResultsTable:
    """The last evaluation of every work directory, in percent.

    Args:
        rows: the methods.
        layout: the columns.
        oracle: method to whose means the gaps are: mean - mean of the oracle.
        paper: the paper's rows, by the name of the method.

    Raises:
        InputError: if a work directory holds no evaluation or is given twice in a row, if two rows
            have the same name, if the oracle is no row, if the seeds of a row were evaluated at
            different steps, or if runs differ in what they evaluated.
    """
    _check_names(rows, oracle)
    runs = {row.method: read_row(row, layout.mean.key) for row in rows}
    every = [run for of_row in runs.values() for run in of_row]
    classes = _shared_classes(every, layout.class_prefix)
    prefix, factor = layout.class_prefix, layout.mean.factor
    measures = [Measure(prefix + name, SHORT.get(name, name), factor) for name in classes]
    means = [layout.mean, *_logged(layout.partial_means, every)]
    measures += [*means, *_logged(layout.others, every)]
    names = [*classes, *(measure.title for measure in measures[len(classes) :])]
    columns = [
        Column(name, measure.title, measure in means, measure.ranked)
        for name, measure in zip(names, measures, strict=True)
    ]
    cells: dict[str, list[Cell | None]] = {
        method: [_cell(of_row, measure) for measure in measures] for method, of_row in runs.items()
    }
    if oracle is not None:
        for mean in means:
            title = "gap" if mean is layout.mean else f"{mean.title} gap"
            columns.append(Column(title, title))
            best = _cell(runs[oracle], mean).mean
            for method, of_row in runs.items():
                gap = Cell(_cell(of_row, mean).mean - best)
                cells[method].append(None if method == oracle else gap)
    paper = paper or {}
    filled = (
        ResultsRow(row.method, row.work_dirs, tuple(cells[row.method]), paper.get(row.method))
        for row in rows
    )
    return ResultsTable(tuple(columns), tuple(filled), classes, oracle)


def read_row(row: TableRow, *keys: str) -> list[Run]:
    """The last evaluation of each work directory of a row.

    Args:
        row: a method.
        keys: names of measures, one of which an evaluation has.

    Raises:
        InputError: if there is none, or if trainings were evaluated last at different steps, as
            where one of them has not ended: their mean would be that of no method.
    """
    runs: list[Run] = [(path, read_results(path, *keys)) for path in row.work_dirs]
    steps = [(path, evaluation["step"]) for path, evaluation in runs if "step" in evaluation]
    for path, step in steps[1:]:
        first, expected = steps[0]
        if step != expected:
            raise InputError(
                f"the seeds of '{row.method}' must have been evaluated at one step, but the last "
                f"evaluation of '{first}' is at {expected:g} and that of '{path}' at {step:g}"
            )
    return runs


def check_seeds(work_dirs: Sequence[Path], name: str) -> None:
    """Check that no seed counts twice, which would narrow their spread.

    Raises:
        InputError: if two are one work directory, by links or not.
    """
    paths = [path.resolve() for path in work_dirs]
    for path in work_dirs:
        if paths.count(path.resolve()) > 1:
            raise InputError(f"{name} must be different work directories, got '{path}' twice")


def _check_names(rows: Sequence[TableRow], oracle: str | None) -> None:
    names = [row.method for row in rows]
    for row in rows:
        if names.count(row.method) > 1:
            raise InputError(f"every row needs a name of its own, got '{row.method}' twice")
        check_seeds(row.work_dirs, f"the seeds of '{row.method}'")
    if oracle is not None and oracle not in names:
        raise InputError(f"the oracle must be one of the rows {', '.join(names)}, got '{oracle}'")


def _shared_classes(runs: Sequence[Run], prefix: str) -> tuple[str, ...]:
    """The classes of the first run, which all others have."""
    (first, evaluation), *others = runs
    names = _classes(evaluation, prefix)
    for path, other in others:
        lacking = [name for name in names if name not in _classes(other, prefix)]
        added = [name for name in _classes(other, prefix) if name not in names]
        if lacking or added:
            raise InputError(
                f"every run must have evaluated the classes of '{first}', but '{path}' lacks "
                f"{', '.join(lacking) or 'none'} and adds {', '.join(added) or 'none'}"
            )
    return names


def _classes(evaluation: Mapping[str, float], prefix: str) -> tuple[str, ...]:
    return tuple(key.removeprefix(prefix) for key in evaluation if key.startswith(prefix))


def _logged(measures: Sequence[Measure], runs: Sequence[Run]) -> list[Measure]:
    return [m for m in measures if any(m.key in evaluation for _, evaluation in runs)]


def _cell(runs: Sequence[Run], measure: Measure) -> Cell:
    """The seeds' values of a measure, or nan if none of them has it."""
    lacking = [path for path, evaluation in runs if measure.key not in evaluation]
    if lacking and len(lacking) < len(runs):
        raise InputError(
            f"the seeds of a row must have the same measures, but '{lacking[0]}' lacks "
            f"{measure.key}"
        )
    logged = [evaluation.get(measure.key, math.nan) for _, evaluation in runs]
    occurring = _occurring(logged)
    mean = statistics.fmean(occurring) if occurring else math.nan
    return Cell(measure.factor * mean, tuple(measure.factor * value for value in logged))


def _occurring(values: Sequence[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]
