"""Naming of the file where reading fails."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def prepare_or_name(
    prepare: Callable[[int], Any], get_data_info: Callable[[int], dict], idx: int
) -> Any:
    """Run ``prepare(idx)``; if a file cannot be decoded, say which.

    Raises:
        InputError: naming the image.
    """
    with named_image(lambda: get_data_info(idx)["img_path"]):
        return prepare(idx)


@contextmanager
def named_image(path: Callable[[], str]) -> Iterator[None]:
    """If an image cannot be decoded inside the ``with`` block, say which: ``path()``.

    Raises:
        InputError: naming the image.
    """
    try:
        yield
    except (*UNDECODABLE, AssertionError, cv2.error) as error:  # of Pillow, mmcv, OpenCV
        if isinstance(error, cv2.error) and error.err not in OPENCV_REASONS:
            raise  # a step after the reading
        reason = OPENCV_REASONS[error.err] if isinstance(error, cv2.error) else error
        raise InputError(f"the image '{path()}' cannot be read: {reason}") from error


def prepare_unlabeled(
    prepare: Callable[[int], Any], get_data_info: Callable[[int], dict], idx: int
) -> Any:
    """:func:`prepare_or_name` of an image without labels.

    Raises:
        InputError: also if a step of the pipeline asks for a label.
    """

    def checked(idx: int) -> Any:
        try:
            return prepare(idx)
        except (KeyError, AssertionError) as error:
            wanted = re.search(r"\bgt_\w+", str(error))
            if not wanted:
                raise
            raise InputError(
                f"the pipeline of the unlabelled image '{get_data_info(idx)['img_path']}' must "
                f"have no step that needs a label, but one asks for '{wanted[0]}' (as RandomCrop "
                "does with cat_max_ratio)"
            ) from error

    return prepare_or_name(checked, get_data_info, idx)


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
