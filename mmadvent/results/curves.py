"""How a measure and the target's entropy change along trainings, in one figure."""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmadvent.io.evaluations import read_log
from mmadvent.results.table_layout import Measure

ENTROPY = re.compile(r"(^|\.)entropy$|^mean_entropy$")
INCHES = (9.0, 3.5)
Points = list[tuple[float, float]]


def draw_curves(runs: Mapping[str, Sequence[Path]], mean: Measure, out: Path) -> bool:
    """Write a PNG: on the left the validations' mean, on the right the entropy of the target.

    The entropy is what a method logs in training of its first level, or else what validations have
    measured; a method that logs neither has no curve there. A method with one value is a dashed
    line. With several seeds the curves are of their mean. Where no method has a curve nothing is
    written.

    Args:
        runs: the work directories of each method, one for each seed.
        mean: the measure on the left.
        out: path of the PNG.

    Returns:
        Whether it is written.

    Raises:
        InputError: if a log cannot be read, or if the file cannot be written.
    """
    scores, entropy = {}, {}
    for method, work_dirs in runs.items():
        logs = [read_log(path) for path in work_dirs]
        scores[method] = mean_curve((values_of(log, mean.key) for log in logs), mean.factor)
        entropy[method] = mean_curve(map(entropies, logs), 100.0)
    if all(len(points) < 2 for points in (*scores.values(), *entropy.values())):
        return False
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from mmadvent.results.picture_sheet import save_figure

    figure, (left, right) = plt.subplots(1, 2, figsize=INCHES, layout="constrained")
    try:
        for axis, title, curves in (
            (left, mean.title, scores),
            (right, "entropy of the target", entropy),
        ):
            for number, (method, points) in enumerate(curves.items()):
                _plot(axis, points, method, f"C{number}")
            axis.set(title=f"{title}, in percent", xlabel="iteration")
            axis.grid(alpha=0.3)
        figure.legend(*left.get_legend_handles_labels(), loc="outside right upper", frameon=False)
        save_figure(figure, out, dpi=110)
        return True
    finally:
        plt.close(figure)


def values_of(log: Iterable[Mapping[str, float]], key: str) -> Points:
    """The steps and values of a measure, where it is logged."""
    return [(entry["step"], entry[key]) for entry in log if key in entry]


def entropies(log: Sequence[Mapping[str, float]]) -> Points:
    """The first entropy that a log has, of training if there is one."""
    names = dict.fromkeys(name for entry in log for name in entry if ENTROPY.search(name))
    in_training = [name for name in names if name != "mean_entropy"] or list(names)
    return values_of(log, in_training[0]) if in_training else []


def mean_curve(curves: Iterable[Points], factor: float) -> Points:
    """The mean over the seeds that have a step, times ``factor``."""
    at: dict[float, list[float]] = defaultdict(list)
    for points in curves:
        for step, value in points:
            at[step].append(factor * value)
    return [(step, statistics.fmean(values)) for step, values in sorted(at.items())]


def _plot(axis: Any, points: Points, method: str, color: str) -> None:
    if len(points) == 1:
        axis.axhline(points[0][1], label=method, color=color, linestyle="--")
    elif points:
        axis.plot(*zip(*points, strict=True), label=method, color=color, marker=".")
