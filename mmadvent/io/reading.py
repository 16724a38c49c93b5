"""Naming of the file where reading fails."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cv2
from PIL import Image

from mmadvent.errors import InputError

EMPTY = "!buf.empty()"  # OpenCV's word for a file without a byte


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
    except (OSError, SyntaxError, AssertionError, cv2.error) as error:  # of Pillow, mmcv, OpenCV
        reason = str(error)
        if isinstance(error, cv2.error):
            if error.err != EMPTY:  # a step after the reading
                raise
            reason = "the file is empty"
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
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(f"the {name} '{path}' cannot be read: {error}") from error


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
