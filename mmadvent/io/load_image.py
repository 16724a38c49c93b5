"""Reading of images."""

from typing import Any

import cv2
import kornia_rs
import mmcv
import numpy as np
from mmcv import transforms
from mmengine import fileio

from mmadvent.errors import InputError
from mmadvent.io.picture_header import (
    PNG_FIRST,
    PNG_HEAD,
    PictureError,
    PictureHeader,
    read_header,
    turn,
)

BACKEND = "kornia_rs"
_EIGHT_BIT_RGB = (8, 2)
# Whether colours or greys: what turns a picture by its EXIF orientation, and what does not.
_STORED = {"color": "color_ignore_orientation", "grayscale": "grayscale_ignore_orientation"}
_DEEP = {"color": cv2.IMREAD_COLOR, "grayscale": cv2.IMREAD_GRAYSCALE}
_WHITE, _LEAST = 2**16 - 1, 2**14
_EMPTY = "!buf.empty()"  # OpenCV's word for a file without a byte


class LoadImageFromFile(transforms.LoadImageFromFile):
    """mmcv's, with one more ``imdecode_backend``, and no silence where a picture is another one.

    ``'kornia_rs'`` decodes PNGs of 8-bit RGB, as GTA5 and Cityscapes have them, in a third of
    OpenCV's time, to the same pixels. All else, and files that it cannot decode, are left to
    OpenCV. With another backend it is mmcv's.

    Whatever the backend, a picture is turned as its EXIF orientation says; labels follow it. A
    channel of 16 bits is scaled to 8 by the value that is white, and refused where that is not
    clear: mmcv drops the low byte, which leaves 12-bit greys black.

    mmcv's class keeps its name and place, which mmseg's and mmdet's inferencers and tools look for:
    where ``mmadvent.segmentation`` or ``mmadvent.detection`` is imported, it builds this one.

    Args:
        imdecode_backend: ``'kornia_rs'`` or one of mmcv's.
        max_value: of pictures with 16 bits a channel, the value that is white: 4095 of 12 bits. By
            default 65535, and pictures that stay under a quarter of it are refused.
        kwargs: those of :class:`mmcv.transforms.LoadImageFromFile`.

    Raises:
        InputError: if ``max_value`` is out of range; when it loads, if the picture's 16-bit values
            are too small to be of 16 bits, if it has too many pixels, or if annotations beside it
            are of another size.
    """

    def __init__(
        self, imdecode_backend: str = "cv2", max_value: int | None = None, **kwargs: Any
    ) -> None:
        if max_value is not None and not (type(max_value) is int and 255 < max_value <= _WHITE):
            raise InputError(
                f"LoadImageFromFile.max_value must be an integer in [256, {_WHITE}], "
                f"got {max_value!r}"
            )
        self.max_value = max_value
        self._decodes_png = imdecode_backend == BACKEND
        other = "cv2" if self._decodes_png else imdecode_backend
        super().__init__(imdecode_backend=other, **kwargs)

    def transform(self, results: dict) -> dict | None:
        """Add ``img`` (H, W, 3) uint8, BGR, ``img_shape`` and ``ori_shape``.

        Where the picture was turned, also ``exif_orientation``.
        """
        if self.file_client_args is not None or self.color_type not in _STORED:
            return super().transform(results)
        path = results["img_path"]
        try:
            content = fileio.get(path, backend_args=self.backend_args)
            header = read_header(content)
            image = self._decode(content, header)
        except (PictureError, cv2.error) as error:
            if self.ignore_empty and isinstance(error, cv2.error):
                return None
            reason = getattr(error, "err", None) or str(error)
            reason = "the file is empty" if reason == _EMPTY else reason
            raise InputError(f"the image '{path}' cannot be read: {reason}") from error
        except Exception:
            if self.ignore_empty:
                return None
            raise
        assert image is not None, f"failed to load image: {path}"  # in mmcv's words
        orientation = header.orientation if header else 1
        _compare_with_annotations(results, image, orientation)
        if orientation != 1:
            results["exif_orientation"] = orientation
        image = image.astype(np.float32) if self.to_float32 else image
        results.update(img=image, img_shape=image.shape[:2], ori_shape=image.shape[:2])
        return results

    def _decode(self, content: bytes, header: PictureHeader | None) -> np.ndarray | None:
        orientation = header.orientation if header else 1
        image = None
        if header and header.bits > 16:
            raise PictureError(f"a channel must have 8 or 16 bits, got {header.bits}")
        if header and header.bits > 8:
            image = self._decode_deep(content)
        elif self._decodes_png and self.color_type == "color" and orientation == 1:
            try:
                image = decode_png(content)
            except InputError:  # damaged: OpenCV has its own view of that
                image = None
        if image is None:
            flag = self.color_type if orientation == 1 else _STORED[self.color_type]
            image = mmcv.imfrombytes(content, flag=flag, backend=self.imdecode_backend)
        return image if image is None else turn(image, orientation)

    def _decode_deep(self, content: bytes) -> np.ndarray | None:
        flags = _DEEP[self.color_type] | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION
        image = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
        if image is None or image.dtype != np.uint16:
            return image
        if self.max_value is not None:
            return np.rint(image.clip(max=self.max_value) * (255 / self.max_value)).astype(np.uint8)
        if image.max() < _LEAST:
            raise PictureError(
                f"its 16-bit values are {image.max()} at most, which would be black: set "
                "LoadImageFromFile.max_value to the value that is white, such as 4095 of 12 bits, "
                f"or {_WHITE}"
            )
        return (image // 256).astype(np.uint8)


def _compare_with_annotations(results: dict, image: np.ndarray, orientation: int) -> None:
    """A COCO file's size of the image against the image's, and its turn against the boxes."""
    size = results.get("width"), results.get("height")
    if None in size:
        return
    found = image.shape[1], image.shape[0]
    if size != found:
        raise InputError(
            f"the image '{results['img_path']}' must have the size that its annotations name, "
            f"{size[0]}x{size[1]}, got {found[0]}x{found[1]}"
            + (f", turned by its EXIF orientation {orientation}" if orientation != 1 else "")
        )
    if orientation != 1 and results.get("instances") and not turned_by_size(*found, orientation):
        raise InputError(ambiguous(results["img_path"], orientation, "its boxes"))


def turned_by_size(width: int, height: int, orientation: int) -> bool:
    """Whether a size tells a picture as it is stored from the turned one."""
    return orientation >= 5 and width != height


def ambiguous(image: str, orientation: int, partner: str) -> str:
    """The sentence where a label's pixels could be the stored ones or the turned ones."""
    return (
        f"the image '{image}' has the EXIF orientation {orientation}, and {partner} may be of the "
        "picture as it is stored or as it is shown: store it upright, without the orientation"
    )


def load_picture(path: str) -> np.ndarray:
    """Pixels (H, W, 3) uint8, RGB, to draw on: upright, and of whatever brightness."""
    return mmcv.imfrombytes(fileio.get(path), channel_order="rgb")


def decode_png(content: bytes) -> np.ndarray | None:
    """Pixels (H, W, 3) uint8, BGR, of a PNG of 8-bit RGB; None if it is something else.

    Raises:
        InputError: if it is damaged.
    """
    if len(content) < PNG_HEAD.size:
        return None
    *first, width, height, depth, color = PNG_HEAD.unpack_from(content)
    if (*first,) != PNG_FIRST or (depth, color) != _EIGHT_BIT_RGB:
        return None
    try:
        read_header(content)  # refuses a size that cannot be before memory is asked for
    except PictureError as error:
        raise InputError(str(error)) from error
    try:
        image = kornia_rs.io.decode_image_png_u8(content, (height, width), "rgb")
    except Exception as error:  # kornia_rs has no class of its own
        raise InputError(f"the PNG is damaged: {error}") from error
    return cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
