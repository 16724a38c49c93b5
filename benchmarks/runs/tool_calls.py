"""Calls of the repository's command lines from one another."""

import subprocess
import sys
from pathlib import Path

from mmadvent.errors import InputError


def run_tool(root: Path, name: str, *arguments: object) -> None:
    """Call one of the repository's command lines; its output passes through.

    Raises:
        InputError: if it fails.
    """
    command = [sys.executable, str(root / "tools" / f"{name}.py"), *map(str, arguments)]
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise InputError(f"tools/{name}.py ended with {done.returncode}: see above")
