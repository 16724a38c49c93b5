"""Labelled images whose PNGs hold raw ids."""

import os
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from mmseg.datasets import BaseSegDataset
from mmseg.registry import DATASETS

from mmadvent.errors import InputError
from mmadvent.io.listing import IMAGE_SUFFIXES, check_partners_exist, list_images
from mmadvent.io.reading import prepare_or_name
from mmadvent.segmentation.datasets.cityscapes_classes import IGNORE

UNKNOWN_ID = -1


@DATASETS.register_module()
class LabelIdDataset(BaseSegDataset):
    """A folder of images and a folder of label PNGs, mapped to classes by one table look-up.

    Use it as it is for data of your own: pass ``metainfo=dict(classes=(...))``, and label PNGs hold
    the index of a class, 255 where there is none. The transform ``LoadLabelIds`` reads them.

    Args:
        data_root: folder of the data set.
        data_prefix: ``img_path`` and ``seg_map_path`` below it. Sub-folders are searched.
        label_ids: raw id -> class index, 255 for ids that are known and not used. An id that is not
            in it is an error when the file is read. Default: that of the class.
        img_suffix: ending of the images; any common image format if empty.
        seg_map_suffix: ending of an image's label, in place of its own.
        kwargs: of :class:`mmseg.datasets.BaseSegDataset`. ``metainfo.classes`` may name some of the
            classes: pixels of all others are then ignored.

    Raises:
        InputError: if a folder is missing or empty, an image has no label, or there are no classes.
    """

    LABEL_IDS: ClassVar[Mapping[int, int] | None] = None
    HOLDS: ClassVar[str] = "the images of the data set"

    def __init__(
        self,
        data_prefix: Mapping[str, str] | None = None,
        label_ids: Mapping[int, int] | None = None,
        img_suffix: str = "",
        seg_map_suffix: str = ".png",
        **kwargs: Any,
    ) -> None:
        self.label_ids = label_ids or self.LABEL_IDS
        super().__init__(
            img_suffix=img_suffix,
            seg_map_suffix=seg_map_suffix,
            data_prefix=dict(data_prefix or dict(img_path="images", seg_map_path="labels")),
            **kwargs,
        )
        if not self._metainfo.get("classes"):
            raise InputError(
                f"{type(self).__name__}: metainfo.classes must be the names of the classes, "
                "got none"
            )
        self.label_table = self._make_table()

    def load_data_list(self) -> list[dict]:
        """List the images, each with the path of its label."""
        name = type(self).__name__
        images, labels = self.data_prefix["img_path"], self.data_prefix.get("seg_map_path")
        suffixes = (self.img_suffix,) if self.img_suffix else IMAGE_SUFFIXES
        pairs = []
        for image in self.choose_images(list_images(images, suffixes, name, self.HOLDS)):
            stem = image[: -len(self.img_suffix)] if self.img_suffix else os.path.splitext(image)[0]
            label = os.path.join(labels or images, stem + self.seg_map_suffix)
            pairs.append((os.path.join(images, image), label))
        check_partners_exist(pairs, name)
        common = dict(label_map=self.label_map, reduce_zero_label=self.reduce_zero_label)
        return [
            dict(img_path=image, seg_map_path=label, seg_fields=[], **common)
            for image, label in pairs
        ]

    def choose_images(self, images: list[str]) -> list[str]:
        """Those to take of all images, paths relative to their folder; all of them here."""
        return images

    def get_data_info(self, idx: int) -> dict:
        """What the pipeline starts from: upstream's entries and the look-up table."""
        info = super().get_data_info(idx)
        info["label_table"] = self.label_table
        info["dataset_name"] = type(self).__name__
        return info

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named."""
        return prepare_or_name(super().prepare_data, self.get_data_info, idx)

    def _make_table(self) -> np.ndarray:
        """Raw id -> class index, 255 (ignored) or -1 (unknown), as one array."""
        ids = self.label_ids
        if ids is None:
            count = len(self._metainfo["classes"])
            ids = {index: index for index in range(count)} | {IGNORE: IGNORE}
        elif self.label_map is not None:  # a choice of the classes: see mmseg's get_label_map
            ids = {raw: self.label_map.get(index, IGNORE) for raw, index in ids.items()}
        table = np.full(max(ids) + 1, UNKNOWN_ID, dtype=np.int16)
        for raw, index in ids.items():
            table[raw] = index
        return table
