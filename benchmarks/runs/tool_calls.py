"""Calls of the repository's command lines from one another."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.runs.progress import Training
from mmadvent.errors import InputError


def run_tool(root: Path, name: str, *arguments: object, training: Training | None = None) -> None:
    """Call one of the repository's command lines.

    Args:
        root: folder of the repository.
        name: of the command line.
        arguments: its words.
        training: what its output is told to, and goes to the log of; without it, it passes through.

    Raises:
        InputError: if it fails.
    """
    command = [sys.executable, str(root / "tools" / f"{name}.py"), *map(str, arguments)]
    if training is None:
        code, where = subprocess.run(command, check=False).returncode, "see above"
    else:
        code, where = _followed(command, training)
    if code:
        raise InputError(f"tools/{name}.py ended with {code}: {where}")


def _followed(command: list[str], training: Training) -> tuple[int, str]:
    """The exit code, and what to say of a failure: the last line and where all of them are."""
    last = ""
    with (
        training.log.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=os.environ | dict(PYTHONUNBUFFERED="1"),
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            log.flush()
            last = line.strip() or last
            training.read(line)
    return process.returncode, f"{last} (log: {training.log})"
