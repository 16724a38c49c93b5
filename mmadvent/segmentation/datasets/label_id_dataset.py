"""Labelled images whose PNGs hold raw ids."""

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from mmcv.transforms import LoadAnnotations
from mmseg.datasets import BaseSegDataset
from mmseg.datasets.transforms import Resize
from mmseg.registry import DATASETS

from mmadvent.checks import check_class_names, refuse_arguments
from mmadvent.errors import InputError
from mmadvent.io.listing import IMAGE_SUFFIXES, check_partners_exist, list_images
from mmadvent.io.reading import prepare_or_name
from mmadvent.io.split_list import choose_listed
from mmadvent.segmentation.datasets.cityscapes_classes import IGNORE
from mmadvent.segmentation.datasets.load_label_ids import LoadLabelIds

UNKNOWN_ID = -1
GREATEST_ID = 2**16 - 1
# Of what mmseg's base class takes.
REFUSED = dict(
    filter_cfg="no image is filtered: name those to take in ann_file",
    backend_args="folders are listed on this machine's file system",
)


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
        ann_file: a split list, relative to ``data_root``: see
            :func:`mmadvent.io.split_list.choose_listed`. All images if it is empty.
        reduce_zero_label: whether id 0 is ignored and id 1 the first class, as mmseg has it; only
            where there is no table of ids.
        kwargs: of :class:`mmseg.datasets.BaseSegDataset`. ``metainfo.classes`` may name some of the
            classes: pixels of all others are then ignored. ``filter_cfg``, ``backend_args`` and
            another ``ignore_index`` than 255 are refused.

    Raises:
        InputError: if a folder is missing or empty, an image has no label, there are no classes,
            ``label_ids`` has an id or a class that is out of range, or an argument is refused.
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
        name = type(self).__name__
        self.label_ids = label_ids or self.LABEL_IDS
        refuse_arguments(name, kwargs, REFUSED)
        if kwargs.get("reduce_zero_label") and self.label_ids is not None:
            raise InputError(
                f"{name}: reduce_zero_label=True goes with ids that are class indices plus 1, but "
                "the table of ids says what each one is: leave it out"
            )
        if kwargs.get("ignore_index", IGNORE) != IGNORE:
            raise InputError(
                f"{name}.ignore_index must be {IGNORE}, which ids without a class become, got "
                f"{kwargs['ignore_index']!r}"
            )
        prefix = dict(data_prefix or dict(img_path="images", seg_map_path="labels"))
        if "img_path" not in prefix or not set(prefix) <= {"img_path", "seg_map_path"}:
            raise InputError(
                f"{name}.data_prefix must have img_path and seg_map_path, got {', '.join(prefix)}"
            )
        check_class_names(name, kwargs.get("metainfo"))
        super().__init__(
            img_suffix=img_suffix, seg_map_suffix=seg_map_suffix, data_prefix=prefix, **kwargs
        )
        classes = self._metainfo.get("classes")
        if not classes or isinstance(classes, str):
            raise InputError(
                f"{name}: metainfo.classes must be the names of the classes, "
                f"got {classes or 'none'}"
            )
        if len(classes) > IGNORE:
            raise InputError(
                f"{name}: metainfo.classes must be at most {IGNORE} names, got {len(classes)}"
            )
        if self.label_ids is not None and any(
            isinstance(step, LoadAnnotations) for step in self.pipeline.transforms
        ):
            raise InputError(
                f"{name}: its pipeline must load labels by LoadLabelIds, which knows the table of "
                "ids, got LoadAnnotations"
            )
        self.label_table = self._make_table()
        self.next_size = _size_after_labels(self.pipeline.transforms)

    @classmethod
    def get_label_map(cls, new_classes: Sequence[str] | None = None) -> dict[int, int] | None:
        """Upstream's; a class that the data set does not have is named."""
        known = cls.METAINFO.get("classes")
        unknown = [name for name in new_classes or () if known and name not in known]
        if unknown:
            raise InputError(
                f"{cls.__name__}: metainfo.classes must be among {', '.join(known)}, "
                f"got {unknown[0]!r}"
            )
        return super().get_label_map(new_classes)

    def load_data_list(self) -> list[dict]:
        """List the images, each with the path of its label."""
        name = type(self).__name__
        images, labels = self.data_prefix["img_path"], self.data_prefix.get("seg_map_path")
        suffixes = (self.img_suffix,) if self.img_suffix else IMAGE_SUFFIXES
        found = list_images(images, suffixes, name, self.HOLDS)
        found = choose_listed(found, self.ann_file, suffixes, name)
        pairs = []
        for image in self.choose_images(found):
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
        if self.next_size is not None:
            info["next_size"] = self.next_size
        return info

    def classes_in_labels(self, at_most: int) -> tuple[list[int], int]:
        """How many pixels of each class some labels hold, and in how many labels that is.

        They are spread over the data set, and it ends where each class has been seen.

        Args:
            at_most: number of labels.
        """
        loaders = [step for step in self.pipeline.transforms if isinstance(step, LoadLabelIds)]
        found = np.zeros(256, np.int64)
        count, looked_at = len(self.metainfo["classes"]), 0
        for index in range(0, len(self), max(len(self) // at_most, 1)) if loaders else ():
            if looked_at == at_most or found[:count].all():
                break
            found += np.bincount(loaders[0].read(self.get_data_info(index)).ravel(), minlength=256)
            looked_at += 1
        return found[:count].tolist(), looked_at

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named."""
        return prepare_or_name(super().prepare_data, self.get_data_info, idx)

    def _make_table(self) -> np.ndarray:
        """Raw id -> class index, 255 (ignored) or -1 (unknown), as one array."""
        count = len(self.METAINFO.get("classes") or self._metainfo["classes"])
        ids = self.label_ids
        if ids is None:
            first = int(self.reduce_zero_label)
            ids = {first + index: index for index in range(count)}
            ids |= {IGNORE: IGNORE} | ({0: IGNORE} if first else {})
        for raw, index in ids.items():
            known = _is_in(index, 0, count - 1) or index == IGNORE
            if not (known and _is_in(raw, 0, GREATEST_ID)):
                raise InputError(
                    f"{type(self).__name__}.label_ids must lead from ids, 0-{GREATEST_ID}, to the "
                    f"indices of {count} classes, 0-{count - 1}, or {IGNORE}, "
                    f"got {raw!r}: {index!r}"
                )
        if self.label_map is not None:  # a choice of the classes: see mmseg's get_label_map
            ids = {raw: self.label_map.get(index, IGNORE) for raw, index in ids.items()}
        table = np.full(max(ids) + 1, UNKNOWN_ID, dtype=np.int16)
        for raw, index in ids.items():
            table[raw] = index
        return table


def _size_after_labels(steps: Sequence[Any]) -> tuple[int, int] | None:
    """Width and height that the step after the labels' brings all to, if it does nothing else."""
    for step, following in pairwise(steps):
        if isinstance(step, LoadLabelIds):
            fixed = type(following) is Resize and following.scale and not following.keep_ratio
            return tuple(following.scale) if fixed else None
    return None


def _is_in(number: Any, first: int, last: int) -> bool:
    return type(number) is int and first <= number <= last
