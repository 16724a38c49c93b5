"""Reading of images."""

import struct
from typing import Any

import cv2
import kornia_rs
import numpy as np
from mmcv import transforms
from mmengine import fileio

from mmadvent.errors import InputError

BACKEND = "kornia_rs"
# How an 8-bit RGB PNG begins: its signature, its first chunk's length and name, width, height, bit
# depth and kind of colour.
_HEAD = struct.Struct(">8sI4sIIBB")
_FIRST, _EIGHT_BIT_RGB = (b"\x89PNG\r\n\x1a\n", 13, b"IHDR"), (8, 2)
_MOST_PACKED = 1032  # bytes that deflate puts into one, at most


class LoadImageFromFile(transforms.LoadImageFromFile):
    """mmcv's, with one more ``imdecode_backend``: ``'kornia_rs'``.

    It decodes PNGs of 8-bit RGB, as GTA5 and Cityscapes have them, in a third of OpenCV's time, to
    the same pixels. All else, and files that it cannot decode, are left to OpenCV.

    ``dict(type='LoadImageFromFile', imdecode_backend='kornia_rs')`` builds it, in the scopes of
    mmseg and mmdet too: mmcv's class keeps its name, which their inferencers and tools look for.

    Args: those of :class:`mmcv.transforms.LoadImageFromFile`.
    """

    def __init__(self, imdecode_backend: str = "cv2", **kwargs: Any) -> None:
        self._decodes_png = imdecode_backend == BACKEND
        other = "cv2" if self._decodes_png else imdecode_backend
        super().__init__(imdecode_backend=other, **kwargs)

    def transform(self, results: dict) -> dict | None:
        """Add ``img`` (H, W, 3) uint8, BGR, ``img_shape`` and ``ori_shape``."""
        path = results["img_path"]
        standard = self.color_type == "color" and not self.to_float32
        if not (self._decodes_png and standard and str(path).lower().endswith(".png")):
            return super().transform(results)
        try:
            image = decode_png(fileio.get(path, backend_args=self.backend_args))
        except (OSError, InputError):  # missing or damaged: mmcv says so in its own words
            image = None
        if image is None:
            return super().transform(results)
        results.update(img=image, img_shape=image.shape[:2], ori_shape=image.shape[:2])
        return results


def decode_png(content: bytes) -> np.ndarray | None:
    """Pixels (H, W, 3) uint8, BGR, of a PNG of 8-bit RGB; None if it is something else.

    Raises:
        InputError: if it is damaged.
    """
    if len(content) < _HEAD.size:
        return None
    *first, width, height, depth, color = _HEAD.unpack_from(content)
    if (*first,) != _FIRST or (depth, color) != _EIGHT_BIT_RGB:
        return None
    if 3 * width * height > _MOST_PACKED * len(content):  # before memory is asked for
        raise InputError(f"a PNG of {width}x{height} pixels has {len(content)} bytes only")
    try:
        image = kornia_rs.io.decode_image_png_u8(content, (height, width), "rgb")
    except Exception as error:  # kornia_rs has no class of its own
        raise InputError(f"the PNG is damaged: {error}") from error
    return cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
