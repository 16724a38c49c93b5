"""Checks of the places for results, before the work whose results they get."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmadvent.errors import InputError


def check_file_to_write(path: str | Path, name: str) -> None:
    """Check that a file can be written: call it before the work whose result it gets.

    Args:
        path: of the file, which may be there, in a folder that need not be there.
        name: the option or the file, for the error.

    Raises:
        InputError: if there is a folder of that name, or if the file or its folder is closed.
    """
    path = Path(path)
    with named_output(path, name):
        if path.is_dir():
            raise InputError(f"{name} must be a file, got the folder '{path}'")
        _check_open(path.parent, name)
        if path.exists() and not os.access(path, os.W_OK):
            raise InputError(f"{name} must be a file that can be written, got '{path}'")


def check_folder_to_write(path: str | Path, name: str) -> None:
    """Check that files can be written into a folder, which need not be there.

    Raises:
        InputError: if there is a file of that name or of a folder above it, or if it is closed.
    """
    with named_output(Path(path), name):
        _check_open(Path(path), name)


def _check_open(folder: Path, name: str) -> None:
    """Whether the folder, or the first above it that is there, is one that can be written into."""
    above = next(part for part in (folder, *folder.absolute().parents) if os.path.lexists(part))
    above.stat()  # a link to nothing or to itself
    if not above.is_dir():
        raise InputError(f"{name} must be a folder or in one, got '{folder}': '{above}' is a file")
    if not os.access(above, os.W_OK | os.X_OK):
        raise InputError(f"{name} must be in a folder that can be written into, got '{folder}'")


@contextmanager
def named_output(path: Path, name: str) -> Iterator[None]:
    """Name what cannot be written.

    Raises:
        InputError: in place of the system's error.
    """
    try:
        yield
    except OSError as error:
        in_the_way = isinstance(error, FileExistsError)
        reason = "a file is in the way" if in_the_way else error.strerror or error
        raise InputError(f"{name} cannot be written to '{path}': {reason}") from error
