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
        InputError: if there is a folder or a broken link of that name, or if its folder is closed.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{name} '{path}' must be a file, but it is a folder")
    if path.is_symlink() and not path.exists():
        raise InputError(f"{name} '{path}' must be a file, but it is a broken link")
    check_folder_to_write(path.parent, f"the folder of {name}")
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError(f"{name} '{path}' must be a file that can be written, but it cannot")


def check_folder_to_write(path: str | Path, name: str) -> None:
    """Check that files can be written into a folder, which need not exist yet; writes nothing.

    Raises:
        InputError: if it is no folder, or if nothing can be written there.
    """
    place = Path(path).absolute()
    while not place.exists() and not place.is_symlink() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        kind = "a broken link" if place.is_symlink() and not place.exists() else "a file"
        raise InputError(f"{name} '{path}' must be a folder, but '{place}' is {kind}")
    if not os.access(place, os.W_OK | os.X_OK):
        raise InputError(
            f"{name} '{path}' must be a folder that can be written, but '{place}' cannot"
        )


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
