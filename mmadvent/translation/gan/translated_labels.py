"""The labels of translated images, of the same pixels as these."""

import io
import os
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.io.label_shape import check_label_shape
from mmadvent.io.load_image import ambiguous
from mmadvent.io.picture_header import PictureHeader, read_header
from mmadvent.io.reading import UNDECODABLE, decode_unchanged
from mmadvent.io.writing import write_bytes


def check_label(path: str, image: dict) -> None:
    """Check that a label is of the pixels of its image, up to a resizing.

    Args:
        path: of the label.
        image: what loading it gives: ``img_path``, ``ori_shape`` and, if it was turned,
            ``exif_orientation``.

    Raises:
        InputError: if the label cannot be read or has another shape, or if the image was turned:
            what is written has no orientation that would tell whoever reads the label.
    """
    _, header = _read(path)
    if "exif_orientation" in image:
        orientation = image["exif_orientation"]
        raise InputError(ambiguous(image["img_path"], orientation, f"its label '{path}'"))
    height, width = image["ori_shape"]
    check_label_shape(path, (header.width, header.height), (width, height))


def place_label(path: str, out: Path, size: tuple[int, int], how: str) -> None:
    """Put a label beside an image of some size; one of another size is resized, nearest.

    Args:
        path: of the label.
        out: its new place.
        size: width and height of the image.
        how: a label of this size is placed: ``link`` (a hard link, or a copy where the file system
            has none), ``symlink`` or ``copy``.
    """
    content, header = _read(path)
    if (header.width, header.height) != size:
        write_bytes(out, _resized(path, content, header, size))
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)  # of a call that was interrupted
    if how == "symlink":
        out.symlink_to(os.path.abspath(path))
        return
    if how == "link":
        try:
            os.link(os.path.realpath(path), out)
            return
        except OSError:  # another file system
            pass
    write_bytes(out, content)


def _read(path: str) -> tuple[bytes, PictureHeader]:
    try:
        content = Path(path).read_bytes()
        header = read_header(content)
    except OSError as error:
        raise InputError(f"the label '{path}' cannot be read: {error}") from error
    if header is None:
        raise InputError(f"the label '{path}' cannot be read: it is no image")
    if header.orientation != 1:
        raise InputError(
            f"the label '{path}' must be stored upright, got the EXIF orientation "
            f"{header.orientation}"
        )
    return content, header


def _resized(path: str, content: bytes, header: PictureHeader, size: tuple[int, int]) -> bytes:
    """The same file with other pixels: ids, palette and depth as they are."""
    try:
        if header.bits > 8:  # of which Pillow drops the low byte, in color
            return _resized_deep(decode_unchanged(content), Path(path).suffix, size)
        with Image.open(io.BytesIO(content)) as label:
            resized = label.resize(size, Image.Resampling.NEAREST)
            if resized.mode == "P":  # Pillow cuts off bits that a short palette does not need
                resized.putpalette([*(resized.getpalette() or ()), *[0] * 3 * 256][: 3 * 256])
            resized.save(buffer := io.BytesIO(), label.format)
            return buffer.getvalue()
    except (*UNDECODABLE, ValueError) as error:
        raise InputError(f"the label '{path}' cannot be read: {error}") from error


def _resized_deep(ids: np.ndarray, suffix: str, size: tuple[int, int]) -> bytes:
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(int)  # as Pillow's nearest
        for new, old in zip(size[::-1], ids.shape[:2], strict=True)
    )
    return cv2.imencode(suffix, ids[rows][:, columns])[1].tobytes()
