"""Work over many files that goes on after an interruption."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from mmadvent.io.processes import map_in_processes
from mmadvent.io.writing import write_bytes


class NotedMap:
    """A function's results over files, each noted in a file as soon as it is there.

    An interrupted run leaves the notes, and the next one goes on from there. Files that have
    changed since are looked at again.

    Args:
        function: of a path; what it returns must be JSON, and the function picklable.
        files: name -> path.
        notes: the file for the notes; hidden files are a good choice.
    """

    def __init__(
        self, function: Callable[[str], Any], files: Mapping[str, str], notes: Path
    ) -> None:
        self.function = function
        self.files = files
        self.notes = notes

    @property
    def left(self) -> int:
        """Number of files whose result is not noted yet."""
        return len(self.files) - len(self._noted())

    def run(self, workers: int, progress: Callable[[], object] | None = None) -> dict[str, Any]:
        """The results by name, in the order of ``files``.

        Args:
            workers: number of processes, at least 1.
            progress: called after each file.
        """
        found = self._noted()
        write_bytes(self.notes, "".join(map(_line, found.values())).encode())
        with self.notes.open("a", buffering=1) as notes:  # one line at a time
            left = [(name, path) for name, path in self.files.items() if name not in found]
            for note in map_in_processes(partial(_note, self.function), left, workers):
                notes.write(_line(note))
                found[note["name"]] = note
                if progress:
                    progress()
        return {name: found[name]["result"] for name in self.files}

    def forget(self) -> None:
        """Remove the notes, once their results are safe."""
        self.notes.unlink()

    def _noted(self) -> dict[str, dict]:
        """The notes of an interrupted run on files that are still the same."""
        found = {}
        lines: Iterable[str] = self.notes.read_text().splitlines() if self.notes.exists() else ()
        for line in lines:
            try:
                note = json.loads(line)
            except ValueError:  # the line at which the run was interrupted
                continue
            path = self.files.get(note["name"])
            if path is not None and note["stamp"] == _stamp(path):
                found[note["name"]] = note
        return found


def _note(function: Callable[[str], Any], job: tuple[str, str]) -> dict[str, Any]:
    name, path = job
    return dict(name=name, stamp=_stamp(path), result=function(path))


def _stamp(path: str) -> list[int]:
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns]


def _line(note: dict[str, Any]) -> str:
    return json.dumps(note) + "\n"
