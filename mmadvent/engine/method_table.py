"""Tables of methods and classes from work directories, laid out as those of the paper."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmadvent.errors import InputError

SHORT = {
    "traffic light": "light",
    "traffic sign": "sign",
    "vegetation": "veg",
    "motorcycle": "mbike",
    "bicycle": "bike",
}


@dataclass(frozen=True)
class TableRow:
    """One method: its name and its work directories, one for each seed."""

    method: str
    work_dirs: tuple[Path, ...]


@dataclass(frozen=True)
class Measure:
    """One figure of an evaluation.

    Attributes:
        key: its name in the log.
        title: its name in the table.
        factor: what makes it a percentage; 100 for a share in [0, 1].
    """

    key: str
    title: str
    factor: float = 1.0


@dataclass(frozen=True)
class TableLayout:
    """The columns of a table: one for each class, their mean, and other measures.

    Attributes:
        class_prefix: what comes before a class's name in the log.
        mean: the mean over the classes, in the unit of the classes.
        others: further measures.
    """

    class_prefix: str
    mean: Measure
    others: tuple[Measure, ...] = ()


def read_results(work_dir: Path, key: str) -> dict[str, float]:
    """The last evaluation that a run wrote into its work directory: the last entry with ``key``.

    Raises:
        InputError: if there is none.
    """
    for log in sorted(work_dir.glob("*/vis_data/scalars.json"), reverse=True):
        lines = [json.loads(line) for line in log.read_text().splitlines() if line]
        for entry in reversed(lines):
            if key in entry:
                return entry
    raise InputError(f"the work directory '{work_dir}' holds no evaluation (an entry with {key})")


def method_table(rows: Sequence[TableRow], layout: TableLayout, oracle: str | None = None) -> str:
    """A Markdown table, in percent: a row a method.

    With several seeds each figure is their mean, and the mean over the classes carries the standard
    deviation over the seeds. The last column is the gap of that mean to the row named ``oracle``.

    Raises:
        InputError: if a work directory holds no evaluation.
    """
    prefix, mean = layout.class_prefix, layout.mean
    results = {row.method: [read_results(p, mean.key) for p in row.work_dirs] for row in rows}
    first = next(iter(results.values()))[0]
    names = [key.removeprefix(prefix) for key in first if key.startswith(prefix)]
    header = ["method", *(SHORT.get(name, name) for name in names)]
    header += [mean.title, *(measure.title for measure in layout.others)]
    if oracle:
        header.append("gap")
    lines = [header, [":--"] + ["--:"] * (len(header) - 1)]
    for method, runs in results.items():
        cells = [method]
        cells += [f"{mean.factor * _mean(runs, prefix + name):.1f}" for name in names]
        cells.append(_with_spread([mean.factor * run[mean.key] for run in runs]))
        cells += [f"{other.factor * _mean(runs, other.key):.1f}" for other in layout.others]
        if oracle:
            gap = mean.factor * (_mean(runs, mean.key) - _mean(results[oracle], mean.key))
            cells.append("" if method == oracle else f"{gap:+.1f}")
        lines.append(cells)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _mean(runs: Sequence[dict[str, float]], key: str) -> float:
    """Mean over the seeds in which the class occurs at all."""
    values = [run[key] for run in runs if not math.isnan(run[key])]
    return statistics.fmean(values) if values else math.nan


def _with_spread(values: Sequence[float]) -> str:
    mean = f"{statistics.fmean(values):.1f}"
    return f"{mean} ± {statistics.stdev(values):.1f}" if len(values) > 1 else mean
