"""Writing files so that a reader never sees half of one."""

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_bytes(content)
    os.replace(scratch, path)


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
