"""Cityscapes with boxes, checked."""

from typing import Any

from mmdet.datasets import CityscapesDataset
from mmdet.registry import DATASETS

from mmadvent.checks import check_class_names
from mmadvent.detection.boxes import annotation_file
from mmadvent.detection.datasets.annotation_checks import load_annotations
from mmadvent.errors import InputError
from mmadvent.io.listing import missing_files
from mmadvent.io.reading import prepare_or_name

FILTERS = ("filter_empty_gt", "min_size")


@DATASETS.register_module()
class CityscapesBoxesDataset(CityscapesDataset):
    """mmdet's ``CityscapesDataset`` over the boxes of ``tools/convert_cityscapes_boxes.py``.

    It differs from mmdet's by what it refuses: see ``Raises``. mmdet leaves out boxes of unknown
    classes, empty ones, and those outside of their image in silence, and numbers the classes in the
    order of the file.

    Args:
        data_root: folder of ``leftImg8bit`` and ``annotations``.
        split: ``train`` or ``val``, the folder below ``leftImg8bit``.
        ann_file: the annotations, relative to ``data_root``; by default
            ``annotations/instances_{split}.json``.
        kwargs: of :class:`mmdet.datasets.CityscapesDataset`. ``filter_cfg`` is as there: without
            it images without a box stay in. ``metainfo.classes`` may name some of the classes, or
            the classes of own data.

    Raises:
        InputError: if an argument has a part that mmdet does not know, if the file is missing or no
            COCO annotations, a class in it is unknown, missing or out of order, a box has no area,
            is under a pixel or outside of its image, there is no box to learn from, or an image is
            missing.

    Source: Cordts et al., The Cityscapes Dataset, CVPR 2016. The classes are those of its
    instance-level task.
    """

    def __init__(
        self, data_root: str, split: str = "train", ann_file: str | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("data_prefix", dict(img=f"leftImg8bit/{split}"))
        check_class_names(type(self).__name__, kwargs.get("metainfo"))
        # mmdet has no word for a name that it does not know.
        for name, known in (("data_prefix", ("img", "seg")), ("filter_cfg", FILTERS)):
            unknown = [key for key in kwargs.get(name) or () if key not in known]
            if unknown:
                raise InputError(
                    f"{type(self).__name__}.{name} must have {' and '.join(known)}, "
                    f"got {unknown[0]}"
                )
        if ann_file is None:
            ann_file = annotation_file(split)
        super().__init__(data_root=data_root, ann_file=ann_file, **kwargs)

    def load_data_list(self) -> list[dict]:
        """Check the annotation file and read it."""
        name, used = type(self).__name__, self.metainfo["classes"]
        known = dict.fromkeys((*self.METAINFO["classes"], *used))
        load_annotations(self.ann_file, tuple(known), used, name, self.backend_args)
        infos = super().load_data_list()
        missing = missing_files(info["img_path"] for info in infos)
        if missing:
            raise InputError(
                f"{name}: {len(missing)} of {len(infos)} images of '{self.ann_file}' do not exist, "
                f"the first is '{missing[0]}'"
            )
        return infos

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named."""
        return prepare_or_name(super().prepare_data, self.get_data_info, idx)
