"""The note in a rendered data set's folder that says what it is and whether it is whole."""

import json
from pathlib import Path
from typing import Any

NAME = "streets.json"


def manifest_path(root: Path) -> Path:
    """Where the note of a data set lies."""
    return root / NAME


def is_complete(root: Path) -> bool:
    """Whether a folder holds a rendered data set of which nothing is missing."""
    return bool(_read(root).get("complete", False))


def check_manifest(root: Path, asked: dict[str, Any]) -> None:
    """Make sure that a folder is free, or holds the very set that is asked for.

    Raises:
        ValueError: It holds something else, or a set rendered with other settings.
    """
    if root.exists() and not root.is_dir():
        raise ValueError(f"{root} must be a folder or free, found a file")
    if not root.exists() or not any(root.iterdir()):
        return
    found = _read(root)
    if not found:
        raise ValueError(f"{root} must be empty or hold rendered streets, found other files")
    found.pop("complete", None)
    if found == asked:
        return
    changed = sorted(name for name in {*found, *asked} if found.get(name) != asked.get(name))
    raise ValueError(
        f"{root} already holds streets rendered with another {' and '.join(changed)}; "
        "choose another folder or remove it"
    )


def _read(root: Path) -> dict[str, Any]:
    try:
        content = json.loads(manifest_path(root).read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
