"""The figures that a training or a test run leaves in its work directory."""

from collections.abc import Iterator
from pathlib import Path

from mmadvent.errors import InputError
from mmadvent.io.reading import parse_json, read_text


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


def last_training(work_dir: Path) -> Path:
    """The folder that holds a method's evaluation: its last round's, if it has rounds."""
    rounds = work_dir.glob("round*/train")
    return max(rounds, key=lambda path: (len(path.parent.name), path.parent.name), default=work_dir)


def _newest_first(run: Path) -> Iterator[dict[str, float]]:
    test, training = run / f"{run.name}.json", run / "vis_data" / "scalars.json"
    if test.is_file():
        yield parse_log_line(test, read_text(test, "log"))
    if training.is_file():
        for line in reversed(read_text(training, "log").splitlines()):
            if line:
                yield parse_log_line(training, line)


def parse_log_line(log: Path, text: str) -> dict[str, float]:
    """The numbers of one entry of a log; lists, which a metric may log beside them, are left out.

    Raises:
        InputError: naming the log, if it is not what mmengine writes.
    """
    entry = parse_json(log, text, "log")
    for key, value in entry.items():
        if isinstance(value, bool) or not isinstance(value, (int, float, list)):
            raise InputError(f"the log '{log}' must hold numbers, got {value!r:.40} as {key}")
    return {key: value for key, value in entry.items() if not isinstance(value, list)}
