"""Per-class IoU tables from work directories, laid out as Table 1 of the paper."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmadvent.errors import InputError

PREFIX = "IoU."
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


def read_results(work_dir: Path) -> dict[str, float]:
    """The last evaluation that a run wrote into its work directory.

    Raises:
        InputError: if there is none.
    """
    for log in sorted(work_dir.glob("*/vis_data/scalars.json"), reverse=True):
        lines = [json.loads(line) for line in log.read_text().splitlines() if line]
        for entry in reversed(lines):
            if "mIoU" in entry:
                return entry
    raise InputError(f"the work directory '{work_dir}' holds no evaluation (an entry with mIoU)")


def iou_table(rows: Sequence[TableRow], oracle: str | None = None) -> str:
    """A Markdown table: IoU of each class, their mean and the mean entropy, in percent.

    With several seeds each figure is their mean, and the mIoU carries the standard deviation over
    the seeds. The last column is the gap of the mIoU to the row named ``oracle``.

    Raises:
        InputError: if a work directory holds no evaluation.
    """
    results = {row.method: [read_results(path) for path in row.work_dirs] for row in rows}
    first = next(iter(results.values()))[0]
    classes = [key.removeprefix(PREFIX) for key in first if key.startswith(PREFIX)]
    header = ["method", *(SHORT.get(name, name) for name in classes), "mIoU", "entropy"]
    if oracle:
        header.append("gap")
    lines = [header, [":--"] + ["--:"] * (len(header) - 1)]
    means = {method: _mean(runs, "mIoU") for method, runs in results.items()}
    for method, runs in results.items():
        cells = [method, *(f"{_mean(runs, PREFIX + name):.1f}" for name in classes)]
        cells.append(_with_spread([run["mIoU"] for run in runs]))
        cells.append(f"{100 * _mean(runs, 'mean_entropy'):.1f}")
        if oracle:
            cells.append("" if method == oracle else f"{means[method] - means[oracle]:+.1f}")
        lines.append(cells)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _mean(runs: Sequence[dict[str, float]], key: str) -> float:
    """Mean over the seeds in which the class occurs at all."""
    values = [run[key] for run in runs if not math.isnan(run[key])]
    return statistics.fmean(values) if values else math.nan


def _with_spread(values: Sequence[float]) -> str:
    mean = f"{statistics.fmean(values):.1f}"
    return f"{mean} ± {statistics.stdev(values):.1f}" if len(values) > 1 else mean
