"""The file at which reading fails is named."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.io.reading import (
    check_same_size,
    decode_unchanged,
    image_size,
    open_image,
    prepare_or_name,
)


@pytest.mark.parametrize("error", [OSError("cut"), SyntaxError("cut"), AssertionError("cut")])
def test_what_decoders_raise_becomes_one_sentence(error: Exception) -> None:
    def prepare(idx: int) -> None:
        raise error

    with pytest.raises(InputError) as caught:
        prepare_or_name(prepare, lambda idx: dict(img_path=f"{idx}.png"), 3)
    assert str(caught.value) == "the image '3.png' cannot be read: cut"


def test_an_empty_file_for_opencv() -> None:
    def prepare(idx: int) -> None:
        cv2.imdecode(np.frombuffer(b"", np.uint8), cv2.IMREAD_COLOR)

    with pytest.raises(InputError) as caught:
        prepare_or_name(prepare, lambda idx: dict(img_path=f"{idx}.png"), 3)
    assert str(caught.value) == "the image '3.png' cannot be read: the file is empty"


def test_more_pixels_than_opencv_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    # A PNG whose header promises 60000 x 60000 pixels.
    head = b"IHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\r" + head + struct.pack(">I", zlib.crc32(head))
    bomb += b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))

    def prepare(idx: int) -> None:
        cv2.imdecode(np.frombuffer(bomb, np.uint8), cv2.IMREAD_COLOR)

    with pytest.raises(InputError) as caught:
        prepare_or_name(prepare, lambda idx: dict(img_path=f"{idx}.png"), 3)
    assert str(caught.value) == "the image '3.png' cannot be read: it has too many pixels"
    with pytest.raises(OSError, match="^it has too many pixels$"):
        decode_unchanged(bomb)


def test_pixels_as_they_are_stored(tmp_path: Path) -> None:
    pixels = np.array([[[1, 300, 65535]]], np.uint16)
    assert cv2.imwrite(str(tmp_path / "a.png"), pixels)
    np.testing.assert_array_equal(decode_unchanged((tmp_path / "a.png").read_bytes()), pixels)
    for content, reason in ((b"", "the file is empty"), (b"none", "not an image")):
        with pytest.raises(OSError, match=f"^{reason}$"):
            decode_unchanged(content)


def test_a_later_step_of_opencv_is_no_unreadable_file() -> None:
    def prepare(idx: int) -> None:
        cv2.resize(np.zeros((2, 2), np.uint8), (0, 0))

    with pytest.raises(cv2.error):
        prepare_or_name(prepare, lambda idx: dict(img_path=f"{idx}.png"), 3)


def test_other_errors_and_results_pass() -> None:
    def broken(idx: int) -> None:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        prepare_or_name(broken, lambda idx: {}, 0)
    assert prepare_or_name(lambda idx: idx + 1, lambda idx: {}, 1) == 2


def test_sizes(tmp_path: Path) -> None:
    first, second, third = (str(tmp_path / f"{name}.png") for name in "abc")
    Image.new("RGB", (6, 4)).save(first)
    Image.new("I;16", (6, 4)).save(second)
    Image.new("L", (4, 6)).save(third)
    assert image_size(first) == (6, 4)
    check_same_size(first, second)
    with pytest.raises(InputError) as caught:
        check_same_size(first, third)
    assert str(caught.value) == f"'{third}' must have the size of '{first}', 6x4, got 4x6"


def test_no_image(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("no image")
    with pytest.raises(InputError, match=f"^the image '{path}' cannot be read: "):
        image_size(str(path))


def test_an_error_that_is_about_something_else_is_left_alone(tmp_path: Path) -> None:
    Image.new("L", (2, 2)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="^about something else$"), open_image(tmp_path / "a.png"):
        raise InputError("about something else")
