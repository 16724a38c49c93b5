"""Reading of label PNGs."""

import io

import cv2
import numpy as np
from mmcv.transforms import BaseTransform
from mmengine import fileio
from mmseg.registry import TRANSFORMS
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.io.label_shape import check_label_shape
from mmadvent.io.load_image import ambiguous, turned_by_size
from mmadvent.io.picture_header import read_header, turn
from mmadvent.io.reading import UNDECODABLE, decode_unchanged


@TRANSFORMS.register_module()
class LoadLabelIds(BaseTransform):
    """Read a label PNG and map its raw ids to class indices by one table look-up.

    A label whose size differs from its image's but not its shape (a few files of GTA5) is resized,
    nearest: to the image, or, where the data set's next step resizes the image to a fixed size,
    straight to that, as ADVENT's code does. A label of an image that was turned by its EXIF
    orientation is turned with it, unless it is upright already. An image that does not come from a
    data set, as in mmseg's inferencers, has no label and passes.

    Required keys: ``seg_map_path``, ``label_table``, ``ori_shape``, ``dataset_name``; where there
    are any, ``exif_orientation`` and ``next_size``.
    Added keys: ``gt_seg_map`` (H, W) uint8, 255 where ignored; ``seg_fields``.

    Args:
        channel: ``None`` for a single-channel or palette PNG (the palette is not applied), ``red``
            for a 16-bit colour PNG with the id in the red channel (SYNTHIA).
        backend_args: of :func:`mmengine.fileio.get`.

    Raises:
        InputError: if the file cannot be read, has another number of channels, holds an id that
            the table does not know, or has another shape than its image, or if it cannot be told
            whether it is to be turned.
    """

    def __init__(self, channel: str | None = None, backend_args: dict | None = None) -> None:
        if channel not in (None, "red"):
            raise InputError(f"LoadLabelIds.channel must be None or 'red', got {channel!r}")
        self.channel = channel
        self.backend_args = backend_args

    def transform(self, results: dict) -> dict:
        """Add ``gt_seg_map``."""
        if "label_table" not in results and "seg_map_path" not in results:
            return results
        labels = self.read(results)
        height, width = results["ori_shape"]
        if "exif_orientation" in results:
            labels = self._turned(labels, results)
        if labels.shape != (height, width):
            found = labels.shape[1], labels.shape[0]
            check_label_shape(results["seg_map_path"], found, (width, height))
            size = results.get("next_size") or (width, height)
            labels = np.asarray(Image.fromarray(labels).resize(size, Image.Resampling.NEAREST))
        results["gt_seg_map"] = labels
        results["seg_fields"].append("gt_seg_map")
        return results

    def read(self, results: dict) -> np.ndarray:
        """The classes (H, W) uint8 of a label file, at its own size and as it is stored."""
        path = results["seg_map_path"]
        ids = self._read(path)
        table: np.ndarray = results["label_table"]
        labels = _look_up(ids, table)
        if labels is None:
            known = set(np.flatnonzero(table >= 0).tolist())
            unknown = sorted(set(np.unique(ids).tolist()) - known)
            raise InputError(
                f"{results['dataset_name']}: the label '{path}' holds the id {unknown[0]}, which "
                f"is not in the table (known: {_ranges(sorted(known))})"
            )
        return labels

    def _turned(self, labels: np.ndarray, results: dict) -> np.ndarray:
        """Labels of a turned image: most tools write the pixels as they are stored."""
        height, width = results["ori_shape"]
        orientation = results["exif_orientation"]
        if not turned_by_size(width, height, orientation):
            path = results["seg_map_path"]
            raise InputError(ambiguous(results["img_path"], orientation, f"its label '{path}'"))
        upright = (labels.shape[1] > labels.shape[0]) == (width > height)
        return labels if upright else turn(labels, orientation)

    def _read(self, path: str) -> np.ndarray:
        try:
            data = fileio.get(path, backend_args=self.backend_args)
            header = read_header(data)
            ids = _decode_red(data) if self.channel else np.asarray(Image.open(io.BytesIO(data)))
        except (*UNDECODABLE, ValueError) as error:
            raise InputError(f"the label '{path}' cannot be read: {error}") from error
        if ids.dtype.kind == "f":
            raise InputError(f"the label '{path}' must hold integers, got {ids.dtype}")
        if header and header.orientation != 1:
            raise InputError(
                f"the label '{path}' must be stored upright, got the EXIF orientation "
                f"{header.orientation}"
            )
        if ids.ndim != 2:
            raise InputError(
                f"the label '{path}' must hold one id a pixel, got an image of shape {ids.shape}"
            )
        return ids

    def __repr__(self) -> str:
        return f"{type(self).__name__}(channel={self.channel!r})"


def _look_up(ids: np.ndarray, table: np.ndarray) -> np.ndarray | None:
    """The class of each id, uint8; None if the table does not know one of them."""
    small = ids.astype(np.uint8, copy=False)
    if small is ids or np.array_equal(small, ids):
        # OpenCV's look-up of bytes takes a fifth of the time of numpy's indexing.
        classes = np.full(256, -1, table.dtype)
        classes[: len(table)] = table[:256]
        unknown = classes < 0
        if cv2.LUT(small, unknown.astype(np.uint8)).any():
            return None
        return cv2.LUT(small, classes.astype(np.uint8))
    if ids.max() >= len(table) or ids.min() < 0:
        return None
    labels = table[ids]
    return None if labels.min() < 0 else labels.astype(np.uint8)


def _decode_red(data: bytes) -> np.ndarray:
    image = decode_unchanged(data)
    return image[..., 2] if image.ndim == 3 else image[..., None]


def _ranges(values: list[int]) -> str:
    """For example ``0-33, 255``."""
    parts: list[list[int]] = []
    for value in values:
        if parts and value == parts[-1][1] + 1:
            parts[-1][1] = value
        else:
            parts.append([value, value])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
