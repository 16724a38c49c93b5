"""Writing files so that a reader never sees half of one."""

import json
import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from mmadvent.io.outputs import named_output


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file beside its place, on the disk itself, and move it there.

    A kill or a power cut leaves the old file or the new one, and a failure no scratch file.

    Raises:
        InputError: naming the file, if it cannot be written.
    """
    with named_output(path, "the file"):
        write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """The same for a caller who names the file itself; raises what the system says."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with suppress(OSError):  # some file systems cannot, nor can Windows
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_png(path: Path, pixels: np.ndarray) -> None:
    """Write an 8-bit image, grey (H, W) or colour (H, W, 3)."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    write_bytes(path, buffer.getvalue())


def write_checkpoint(path: Path, content: Any) -> None:
    """Write what :func:`torch.load` reads."""
    buffer = BytesIO()
    torch.save(content, buffer)
    write_bytes(path, buffer.getvalue())


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file."""
    write_bytes(path, (json.dumps(content, indent=2) + "\n").encode())
