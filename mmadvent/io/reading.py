"""Naming of the file where reading fails."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from mmadvent.errors import InputError

# OpenCV's words for a file without a byte and for more pixels than it decodes, and ours.
OPENCV_REASONS = {
    "!buf.empty()": "the file is empty",
    "pixels <= CV_IO_MAX_IMAGE_PIXELS": "it has too many pixels",
}
# What Pillow raises over a file that is no image, or one that is damaged or far too large.
UNDECODABLE = (OSError, SyntaxError, EOFError, OverflowError, Image.DecompressionBombError)


def read_text(path: Path, name: str) -> str:
    """The text of a file.

    Args:
        path: of the file.
        name: what the file is, for the error.

    Raises:
        InputError: naming the file, if it cannot be read or is no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"the {name} '{path}' cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"the {name} '{path}' cannot be read: it is no UTF-8 text") from error


def parse_json(path: Path, text: str, name: str) -> dict[str, Any]:
    """The object that a text is: a JSON ``{...}``.

    Args:
        path: of the file that the text is from, for the error.
        text: of the whole file or of a line.
        name: what the file is, for the error.

    Raises:
        InputError: naming the file, if it is anything else.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise InputError(f"the {name} '{path}' must be JSON: {reason}") from error
    if not isinstance(content, dict):
        raise InputError(
            f"the {name} '{path}' must hold a JSON object, got {type(content).__name__}"
        )
    return content


def read_json(path: Path, name: str) -> dict[str, Any]:
    """The object that a JSON file holds.

    Raises:
        InputError: as :func:`read_text` and :func:`parse_json`.
    """
    return parse_json(path, read_text(path, name), name)


def prepare_or_name(
    prepare: Callable[[int], Any], get_data_info: Callable[[int], dict], idx: int
) -> Any:
    """Run ``prepare(idx)``; if a file cannot be decoded, say which.

    Raises:
        InputError: naming the image.
    """
    try:
        return prepare(idx)
    except (*UNDECODABLE, AssertionError, cv2.error) as error:  # of Pillow, mmcv, OpenCV
        if isinstance(error, cv2.error) and error.err not in OPENCV_REASONS:
            raise  # a step after the reading
        reason = OPENCV_REASONS[error.err] if isinstance(error, cv2.error) else error
        path = get_data_info(idx)["img_path"]
        raise InputError(f"the image '{path}' cannot be read: {reason}") from error


@contextmanager
def open_image(path: str, name: str = "image") -> Iterator[Image.Image]:
    """An opened image; its pixels are decoded when they are asked for.

    Args:
        path: of the file.
        name: what the file is, for the error.

    Raises:
        InputError: if the file cannot be opened, or not be decoded inside the ``with`` block.
    """
    try:
        with Image.open(path) as image:
            yield image
    except InputError:
        raise
    except (*UNDECODABLE, ValueError) as error:
        raise InputError(f"the {name} '{path}' cannot be read: {error}") from error


def decode_unchanged(content: bytes) -> np.ndarray:
    """Pixels as a file stores them: Pillow reads 16-bit colour as 8-bit and drops the low byte.

    Returns:
        (H, W) or (H, W, 3) BGR.

    Raises:
        OSError: if OpenCV cannot decode it.
    """
    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise OSError(OPENCV_REASONS.get(error.err, "OpenCV cannot decode it")) from error
    if pixels is None:
        raise OSError("not an image")
    return pixels


def image_size(path: str) -> tuple[int, int]:
    """Width and height of an image; only its header is read.

    Raises:
        InputError: if the file is no image.
    """
    with open_image(path) as image:
        return image.size


def check_same_size(image: str, partner: str) -> None:
    """Check that two files hold pictures of one size.

    Raises:
        InputError: naming both files and sizes.
    """
    first, second = image_size(image), image_size(partner)
    if first != second:
        raise InputError(
            f"'{partner}' must have the size of '{image}', {first[0]}x{first[1]}, "
            f"got {second[0]}x{second[1]}"
        )
