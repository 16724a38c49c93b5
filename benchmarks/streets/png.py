"""Pictures as PNGs: OpenCV writes 16 bits in color, Pillow palettes."""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from mmadvent.io.writing import write_bytes


def encode_png(array: npt.NDArray[Any], palette: npt.NDArray[np.uint8] | None = None) -> bytes:
    """Encode a picture as PNG, losslessly.

    Args:
        array: uint8 or uint16; (height, width) grey, (height, width, 3) RGB or
            (height, width, 4) RGBA.
        palette: (n, 3) colours; then ``array`` is uint8 (height, width) and holds indices.
    """
    if palette is None:
        order = [2, 1, 0, 3]  # OpenCV's is BGR
        stored = array if array.ndim == 2 else array[..., order[: array.shape[2]]]
        return cv2.imencode(".png", stored)[1].tobytes()
    picture = Image.fromarray(array)
    picture.putpalette(palette.tobytes())
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def write_png(
    path: Path, array: npt.NDArray[Any], palette: npt.NDArray[np.uint8] | None = None
) -> None:
    """Write a PNG; see :func:`encode_png` for the arrays it takes."""
    write_bytes(path, encode_png(array, palette))
