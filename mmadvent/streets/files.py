"""Writing files so that a reader never sees half of one."""

import json
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from mmadvent.streets.classes import colour_table


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_bytes(content)
    os.replace(scratch, path)


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file."""
    write_bytes(path, (json.dumps(content, indent=2) + "\n").encode())


def write_png(path: Path, array: npt.NDArray[Any]) -> None:
    """Write a PNG of the array's depth: uint8 or uint16; (h, w), (h, w, 3) RGB or RGBA.

    Raises:
        ValueError: The array is of another type.
    """
    if array.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"a PNG holds uint8 or uint16, got {array.dtype}")
    if array.ndim == 3:
        # OpenCV keeps the blue channel first in memory.
        array = array[..., [2, 1, 0, 3][: array.shape[2]]]
    done, content = cv2.imencode(".png", np.ascontiguousarray(array))
    if not done:
        raise OSError(f"OpenCV could not encode {path.name} as PNG")
    write_bytes(path, content.tobytes())


def write_palette_png(path: Path, label: npt.NDArray[np.uint8]) -> None:
    """Write label ids as an 8-bit palette PNG in Cityscapes' colours."""
    image = Image.fromarray(label)
    image.putpalette(colour_table().ravel().tolist())
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    image.save(scratch, format="PNG")
    os.replace(scratch, path)
