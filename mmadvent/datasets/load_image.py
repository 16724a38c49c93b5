"""Reading of images."""

from typing import Any

import cv2
import imagecodecs
import numpy as np
from mmcv import transforms
from mmengine import fileio

BACKEND = "imagecodecs"
# The signature of a PNG; its first chunk holds width, height, bit depth and kind of colour.
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGB = b"\x08\x02"
_DEPTH_AND_COLOUR = slice(24, 26)


class LoadImageFromFile(transforms.LoadImageFromFile):
    """mmcv's, with one more ``imdecode_backend``: ``'imagecodecs'``.

    It decodes PNGs of 8-bit RGB, as GTA5 and Cityscapes have them, in little more than half of
    OpenCV's time, to the same pixels: its libpng comes with zlib-ng. All else, and files that it
    cannot decode, are left to OpenCV.

    It takes the place of mmcv's in the scopes of mmseg and mmdet, under its name, which their
    inferencers look for. With another backend it is mmcv's.

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
        except (OSError, RuntimeError):  # missing or damaged: mmcv says so in its own words
            image = None
        if image is None:
            return super().transform(results)
        results.update(img=image, img_shape=image.shape[:2], ori_shape=image.shape[:2])
        return results


def decode_png(content: bytes) -> np.ndarray | None:
    """Pixels (H, W, 3) uint8, BGR, of a PNG of 8-bit RGB; None if it is something else.

    Raises:
        RuntimeError: if it is damaged.
    """
    if content[:8] != _SIGNATURE or content[_DEPTH_AND_COLOUR] != _EIGHT_BIT_RGB:
        return None
    image = imagecodecs.png_decode(content)
    # A colour that stands for transparency makes it four channels.
    return cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if image.shape[2:] == (3,) else None
