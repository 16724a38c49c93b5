"""What the header of a picture tells before its pixels are decoded, and what it must not."""

import io
import struct
from dataclasses import dataclass

import numpy as np
from PIL import Image

# How a PNG begins: its signature, its first chunk's length and name, width, height, bit depth and
# kind of colour.
PNG_HEAD = struct.Struct(">8sI4sIIBB")
PNG_FIRST = (b"\x89PNG\r\n\x1a\n", 13, b"IHDR")
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MOST_PACKED = 1032  # bytes that deflate puts into one, at most
# Pillow's own limit, which OpenCV's (2^30) is far above: 3 bytes of each are half a GiB.
MOST_PIXELS = 2 * (Image.MAX_IMAGE_PIXELS or 0)
ORIENTATION = 0x0112  # a tag of EXIF
_BITS = 258  # of TIFF


class PictureError(OSError):
    """Why a picture is not decoded. Who knows the file names it in an :class:`InputError`."""


@dataclass(frozen=True)
class PictureHeader:
    """The header of a picture.

    Attributes:
        width, height: of the stored pixels.
        bits: of a channel.
        orientation: EXIF's, 1-8: how the stored pixels are to be turned; 1 for not at all.
    """

    width: int
    height: int
    bits: int = 8
    orientation: int = 1


def read_header(content: bytes) -> PictureHeader | None:
    """The header of an encoded picture; None if it is none that Pillow knows.

    Raises:
        PictureError: if the picture has more pixels than memory should be asked for, or than so few
            bytes can hold, or if it is a TIFF with an orientation.
    """
    header = _png_header(content) or _pillow_header(content)
    if header and header.width * header.height > MOST_PIXELS:
        raise PictureError(
            f"it has {header.width}x{header.height} pixels, more than {MOST_PIXELS} are not read"
        )
    return header


def turn(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Stored pixels (H, W, ...) as they are to be looked at, by EXIF's orientation."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _png_header(content: bytes) -> PictureHeader | None:
    if len(content) < PNG_HEAD.size:
        return None
    *first, width, height, depth, color = PNG_HEAD.unpack_from(content)
    if (*first,) != PNG_FIRST:
        return None
    if width * height * depth * _PNG_CHANNELS.get(color, 1) / 8 > _MOST_PACKED * len(content):
        raise PictureError(f"a PNG of {width}x{height} pixels has {len(content)} bytes only")
    orientation = 1
    if b"eXIf" in content:  # no other chunk is read for it
        found = _pillow_header(content)
        orientation = found.orientation if found else 1
    return PictureHeader(width, height, depth, orientation)


def _pillow_header(content: bytes) -> PictureHeader | None:
    try:
        with Image.open(io.BytesIO(content)) as image:
            bits = getattr(image, "tag_v2", {}).get(_BITS, 8)
            orientation = image.getexif().get(ORIENTATION, 1)
            kind, (width, height) = image.format, image.size
    except Image.DecompressionBombError as error:
        raise PictureError(f"it has too many pixels: {error}") from error
    except Exception:  # not Pillow's, or damaged: the decoder says what is wrong
        return None
    if kind == "TIFF" and orientation != 1:
        raise PictureError(
            "a TIFF must be stored upright, as decoders disagree, got the orientation "
            f"{orientation}"
        )
    known = type(orientation) is int and 1 <= orientation <= 8
    most = bits if isinstance(bits, int) else max(bits, default=8)
    return PictureHeader(width, height, most, orientation if known else 1)
