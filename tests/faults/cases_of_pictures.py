"""Images and labels that can be opened, or almost, and are wrong."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from tests.faults.case import EITHER, STOPPED, Case
from tests.faults.mutations import put
from tests.faults.uses import (
    BOXED,
    CLEAR,
    DISPARITY,
    FOGGY,
    INSTANCES,
    PREDICTION,
    SOURCE,
    SOURCE_LABEL,
    STEM,
    TARGET,
    USES,
    VAL_LABEL,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(pixels: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", **options)
    return buffer.getvalue()


def bomb(color: int) -> bytes:
    """A PNG of a few bytes whose header promises 60000 x 60000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, color, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def tiff(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "TIFF")
    return buffer.getvalue()


def _broken_check_sum() -> bytes:
    content = bytearray(png(np.zeros((64, 96, 3), np.uint8)))
    content[60] ^= 0xFF
    return bytes(content)


GREY = np.full((64, 96), 7, np.uint8)
# Wrong for an image.
IMAGES: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: bomb(2),
    "a broken checksum": _broken_check_sum,
    "a signature alone": lambda: SIGNATURE,
    "HTML": lambda: b"<html><body>404</body></html>",
    "a floating-point TIFF": lambda: tiff(np.zeros((64, 96), np.float32)),
}
# Wrong for a label of ids.
LABELS: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: bomb(0),
    "a broken checksum": _broken_check_sum,
    "HTML": lambda: b"<html><body>404</body></html>",
    "a floating-point TIFF": lambda: tiff(np.full((64, 96), 7.5, np.float32)),
    "ids that are unknown": lambda: png(np.full((64, 96), 200, np.uint8)),
    "colour": lambda: png(np.full((64, 96, 3), 7, np.uint8)),
    "exchanged sides": lambda: png(GREY.T.copy()),
    "one pixel": lambda: png(GREY[:1, :1]),
}
# Other pixels than usual, and right somewhere.
ODD: dict[str, Callable[[], bytes]] = {
    "grey": lambda: png(GREY),
    "with alpha": lambda: png(np.full((64, 96, 4), 200, np.uint8)),
    "16 bits": lambda: png(np.full((64, 96), 40000, np.uint16)),
    "one pixel": lambda: png(np.zeros((1, 1, 3), np.uint8)),
    "one row": lambda: png(np.zeros((1, 4000, 3), np.uint8)),
    "JPEG in a PNG's name": lambda: _jpeg(),
}


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((64, 96, 3), 99, np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


IMAGE_OF = {
    "train": (SOURCE, TARGET),
    "train a detector": (BOXED, FOGGY),
    "browse": (SOURCE,),
    "make pseudo-labels": (TARGET,),
    "make fog": (CLEAR,),
}
LABEL_OF = {
    "train": (SOURCE_LABEL, VAL_LABEL),
    "browse": (SOURCE_LABEL,),
    "count classes": (SOURCE_LABEL,),
    "count confusions": (VAL_LABEL, PREDICTION),
    "train on pseudo-labels": (f"pseudo/{STEM}_leftImg8bit.png",),
    "convert boxes": (INSTANCES,),
    "make fog": (DISPARITY,),
}
LATE = ("make pseudo-labels", "make fog", "count classes", "convert boxes", "browse")
# Labels counted at their own size; ids in a picture of predictions; any instance.
TAKEN = {
    ("count classes", "exchanged sides"),
    ("count classes", "one pixel"),
    ("count confusions", "ids that are unknown"),
    ("convert boxes", "ids that are unknown"),
    ("make fog", "ids that are unknown"),
}


def cases() -> Iterator[Case]:
    for title, paths in IMAGE_OF.items():
        for path in paths:
            for ways, wrong in ((IMAGES, True), (ODD, False)):
                for name, make in ways.items():
                    yield _case("image", title, path, name, make, wrong)
    for title, paths in LABEL_OF.items():
        for path in paths:
            for name, make in LABELS.items():
                yield _case("label", title, path, name, make, (title, name) not in TAKEN)


def _case(kind: str, title: str, path: str, name: str, make: Callable, wrong: bool) -> Case:
    use = USES[title]
    expect = EITHER if not wrong or "TIFF" in name else STOPPED if title in LATE else "refused"
    spoil = partial(_put, path, make)
    return Case(kind, f"{title}: {path} {name}", use.tool, use.arguments, spoil, expect=expect)


def _put(path: str, make: Callable[[], bytes], folder: Path) -> None:
    put(folder / path, make())
