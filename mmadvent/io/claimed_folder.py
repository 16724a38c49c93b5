"""A folder of files that are made by certain settings, which must not be mixed."""

import reprlib
from pathlib import Path
from typing import Any

from mmadvent.checks import parse_json
from mmadvent.errors import InputError
from mmadvent.io.writing import write_json


def claim_folder(out: Path, note: str, settings: dict[str, Any], made: str) -> None:
    """Note the settings in the output's folder.

    Args:
        out: the folder; it need not exist.
        note: name of the JSON file for the settings.
        settings: by name; JSON.
        made: by the settings, such as ``images in fog``, for the error.

    Raises:
        InputError: if it holds other files, or what other settings made.
    """
    if is_claimed(out, note, settings, made):
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            f"'{out}' must be free or hold images that this tool made, found other files"
        )
    write_json(out / note, settings)


def is_claimed(out: Path, note: str, settings: dict[str, Any], made: str) -> bool:
    """Whether a folder has the note of these settings; the arguments are those above.

    Raises:
        InputError: if it has the note of others.
    """
    path = out / note
    if not path.exists():
        return False
    try:
        found = parse_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"'{path}' cannot be read: {error}") from error
    if found != settings:
        raise InputError(
            f"'{out}' holds {made} of other settings ({_told(found)} instead of "
            f"{_told(settings)}): choose another folder or remove it"
        )
    return True


def _told(settings: Any) -> str:
    if not isinstance(settings, dict):
        return f"a note that says {reprlib.repr(settings)}"
    return ", ".join(f"{name} {value}" for name, value in settings.items())
