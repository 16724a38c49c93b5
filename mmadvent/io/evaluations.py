"""The figures that a training or a test run leaves in its work directory."""

import math
import reprlib
from collections.abc import Iterator
from pathlib import Path

from mmadvent.checks import is_number, parse_json
from mmadvent.errors import InputError


def read_results(work_dir: Path, *keys: str) -> dict[str, float]:
    """The last evaluation in a work directory: the last entry that has one of ``keys``.

    A training writes its validations line by line into ``TIME/vis_data/scalars.json``, a test
    writes its measures into ``TIME/TIME.json``. The run that was started last counts, whichever of
    the two it is; where one run did both, the test came last.

    Args:
        work_dir: folder of the run's folders, which are named after the time they were started.
        keys: names of measures in the log.

    Raises:
        InputError: if there is none, or if a log cannot be read.
    """
    for run in sorted(work_dir.glob("*/"), reverse=True):
        for entry in _newest_first(run):
            if any(key in entry for key in keys):
                return entry
    wanted = " or ".join(keys)
    raise InputError(
        f"the work directory '{work_dir}' holds no evaluation (an entry with {wanted})"
    )


def read_log(work_dir: Path) -> list[dict[str, float]]:
    """All entries of a training, in the order of their steps, trainings' and validations'.

    A resumed run writes another log, which counts from where it begins; so does a run that was
    started anew in the same folder.

    Raises:
        InputError: if a log cannot be read.
    """
    found: list[dict[str, float]] = []
    for log in sorted(work_dir.glob("*/vis_data/scalars.json")):
        entries = [parse_log_line(log, line) for line in log.read_bytes().splitlines() if line]
        if not all(math.isfinite(entry.get("step", math.nan)) for entry in entries):
            raise InputError(f"every entry of the log '{log}' must have a step")
        begin = entries[0]["step"] if entries else math.inf
        found = [entry for entry in found if entry["step"] < begin] + entries
    return found


def last_training(work_dir: Path) -> Path:
    """The folder that holds a method's evaluation: its last round's, if it has rounds."""
    rounds = work_dir.glob("round*/train")
    return max(rounds, key=lambda path: (len(path.parent.name), path.parent.name), default=work_dir)


def _newest_first(run: Path) -> Iterator[dict[str, float]]:
    test, training = run / f"{run.name}.json", run / "vis_data" / "scalars.json"
    if test.is_file():
        yield parse_log_line(test, test.read_bytes())
    if training.is_file():
        for line in reversed(training.read_bytes().splitlines()):
            if line:
                yield parse_log_line(training, line)


def parse_log_line(log: Path, text: str | bytes) -> dict[str, float]:
    """The numbers of one entry of a log; of what else mmengine writes, lists are left out.

    Raises:
        InputError: naming the log, if it is no JSON object of numbers.
    """
    wrong = f"the log '{log}' is not what mmengine writes: "
    try:
        entry = parse_json(text)
    except ValueError as error:
        raise InputError(f"{wrong}{error}") from error
    if not isinstance(entry, dict):
        raise InputError(f"{wrong}an entry must be an object, got {reprlib.repr(entry)}")
    numbers = {name: value for name, value in entry.items() if not isinstance(value, list)}
    for name, value in numbers.items():
        if not is_number(value):
            raise InputError(f"{wrong}{name} must be a number, got {reprlib.repr(value)}")
    return numbers
