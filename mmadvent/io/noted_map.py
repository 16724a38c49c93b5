"""Work over many files that goes on after an interruption."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from mmadvent.checks import parse_json
from mmadvent.errors import InputError
from mmadvent.io.outputs import named_output
from mmadvent.io.processes import map_in_processes
from mmadvent.io.writing import write_bytes


class NotedMap:
    """A function's results over files, each noted in a file as soon as it is there.

    An interrupted run leaves the notes, and the next one goes on from there. A note counts for a
    file of the same contents and for the same settings, whatever the file's time; others, and
    lines that are none of ours, are passed over.

    Args:
        function: of a path; what it returns must be JSON, and the function picklable.
        files: name -> path.
        notes: the file for the notes; hidden files are a good choice.
        settings: what the results depend on besides, as JSON.
    """

    def __init__(
        self,
        function: Callable[[str], Any],
        files: Mapping[str, str],
        notes: Path,
        settings: Any = None,
    ) -> None:
        self.function = function
        self.files = files
        self.notes = notes
        self.settings = json.dumps(settings, sort_keys=True)

    @property
    def left(self) -> int:
        """Number of files whose result is not noted yet."""
        return len(self.files) - len(self._noted())

    def run(self, workers: int, progress: Callable[[], object] | None = None) -> dict[str, Any]:
        """The results by name, in the order of ``files``.

        Args:
            workers: number of processes, at least 1.
            progress: called after each file.

        Raises:
            InputError: if the notes cannot be written.
        """
        found = self._noted()
        write_bytes(self.notes, "".join(map(_line, found.values())).encode())
        with self.notes.open("ab", buffering=0) as notes:  # one line at a time
            left = [(name, path) for name, path in self.files.items() if name not in found]
            function = partial(_note, self.function, self.settings)
            for note in map_in_processes(function, left, workers):
                with named_output(self.notes, "the notes"):
                    notes.write(_line(note).encode())
                found[note["name"]] = note
                if progress:
                    progress()
        return {name: found[name]["result"] for name in self.files}

    def forget(self) -> None:
        """Remove the notes, once their results are safe; another run may have done so."""
        self.notes.unlink(missing_ok=True)

    def digest(self) -> str:
        """A hash of the settings and of the names and contents of all files.

        Raises:
            InputError: if a file cannot be read.
        """
        parts = [(name, content_hash(path)) for name, path in sorted(self.files.items())]
        return _hash(self.settings, json.dumps(parts))

    def _noted(self) -> dict[str, dict]:
        """The notes of an interrupted run on files that are still the same."""
        found = {}
        lines: Iterable[bytes] = self.notes.read_bytes().splitlines() if self.notes.exists() else ()
        for line in lines:
            try:
                note = parse_json(line)
            except ValueError:  # the line at which the run was interrupted
                continue
            if not isinstance(note, dict) or note.keys() != {"name", "result", "digest"}:
                continue
            name = note["name"]
            if isinstance(name, str) and name in self.files:
                content = content_hash(self.files[name])
                if note["digest"] == _digest(self.settings, content, note["result"]):
                    found[name] = note
        return found


def _note(function: Callable[[str], Any], settings: str, job: tuple[str, str]) -> dict[str, Any]:
    name, path = job
    content = content_hash(path)  # of what the function will read at the earliest
    result = function(path)
    return dict(name=name, result=result, digest=_digest(settings, content, result))


def _digest(settings: str, content: str, result: Any) -> str:
    """What a note is recognized by: of the settings, the file's contents and the result."""
    return _hash(settings, content, json.dumps(result, sort_keys=True))


def content_hash(path: str) -> str:
    """SHA-256 of a file's contents, in hexadecimal digits.

    Raises:
        InputError: if it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"'{path}' cannot be read: {error.strerror or error}") from error


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _line(note: dict[str, Any]) -> str:
    return json.dumps(note) + "\n"
