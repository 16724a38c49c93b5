"""Headers against what Pillow wrote, and turned pixels against Pillow's."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from mmadvent.io import picture_header
from mmadvent.io.picture_header import (
    PNG_HEAD,
    PictureError,
    PictureHeader,
    read_header,
    turn,
)

PIXELS = np.arange(24, dtype=np.uint8).reshape(4, 6)


def encoded(kind: str, orientation: int = 1, pixels: np.ndarray = PIXELS) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, exif=exif)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_size_and_orientation(kind: str, orientation: int) -> None:
    assert read_header(encoded(kind, orientation)) == PictureHeader(6, 4, 8, orientation)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_bits(kind: str) -> None:
    assert read_header(encoded(kind, pixels=PIXELS.astype(np.uint16))).bits == 16


def test_a_turned_tiff() -> None:
    assert read_header(encoded("TIFF")) == PictureHeader(6, 4)
    with pytest.raises(PictureError) as error:
        read_header(encoded("TIFF", 6))
    assert str(error.value) == (
        "a TIFF must be stored upright, as decoders disagree, got the orientation 6"
    )


def test_what_is_no_picture() -> None:
    assert read_header(b"") is None and read_header(b"no picture" * 10) is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_are_turned_as_pillow_does(orientation: int) -> None:
    with Image.open(io.BytesIO(encoded("PNG", orientation))) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    turned = turn(PIXELS, orientation)
    assert np.array_equal(turned, expected) and turned.flags.c_contiguous
    color = np.repeat(PIXELS[..., None], 3, axis=2)
    assert np.array_equal(turn(color, orientation)[..., 1], expected)


def png_of(width: int, height: int, length: int) -> bytes:
    head = PNG_HEAD.pack(*picture_header.PNG_FIRST, width, height, 8, 2)
    return head.ljust(length, b"\0")


def test_a_size_that_so_few_bytes_cannot_hold() -> None:
    with pytest.raises(PictureError) as error:
        read_header(png_of(60000, 60000, 200))
    assert str(error.value) == "a PNG of 60000x60000 pixels has 200 bytes only"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_more_pixels_than_are_read(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_header, "MOST_PIXELS", 23)
    with pytest.raises(PictureError) as error:
        read_header(encoded(kind))
    assert str(error.value) == "it has 6x4 pixels, more than 23 are not read"
