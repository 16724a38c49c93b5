"""A small PNG encoder: Pillow writes no 16-bit colour and a plain one covers all we need."""

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mmadvent.io.writing import write_bytes

_COLOR_TYPES = {1: 0, 3: 2, 4: 6}
_PALETTE_TYPE = 3


def encode_png(array: npt.NDArray[Any], palette: npt.NDArray[np.uint8] | None = None) -> bytes:
    """Encode a picture as PNG, losslessly.

    Args:
        array: uint8 or uint16; (height, width) grey, (height, width, 3) RGB or
            (height, width, 4) RGBA.
        palette: (n, 3) colours; then ``array`` is uint8 (height, width) and holds indices.

    Raises:
        ValueError: The array has another type or shape.
    """
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.dtype not in (np.uint8, np.uint16) or channels not in _COLOR_TYPES:
        raise ValueError(
            "a PNG holds uint8 or uint16 with 1, 3 or 4 channels, "
            f"got {array.dtype} of shape {array.shape}"
        )
    if palette is not None and (array.dtype != np.uint8 or array.ndim != 2):
        raise ValueError(
            f"a palette PNG holds uint8 (height, width), got {array.dtype} of shape {array.shape}"
        )
    height, width = array.shape[:2]
    # PNG is big-endian; filter 2 stores each row's difference from the one above.
    rows = np.frombuffer(array.astype(array.dtype.newbyteorder(">")).tobytes(), dtype=np.uint8)
    rows = rows.reshape(height, -1)
    lines = np.empty((height, rows.shape[1] + 1), dtype=np.uint8)
    lines[:, 0] = 2
    lines[0, 1:] = rows[0]
    lines[1:, 1:] = rows[1:] - rows[:-1]
    kind = _COLOR_TYPES[channels] if palette is None else _PALETTE_TYPE
    header = struct.pack(">IIBBBBB", width, height, array.dtype.itemsize * 8, kind, 0, 0, 0)
    colors = b"" if palette is None else _chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            colors,
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)),
            _chunk(b"IEND", b""),
        )
    )


def write_png(
    path: Path, array: npt.NDArray[Any], palette: npt.NDArray[np.uint8] | None = None
) -> None:
    """Write a PNG; see :func:`encode_png` for the arrays it takes."""
    write_bytes(path, encode_png(array, palette))


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )
