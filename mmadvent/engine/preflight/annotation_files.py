"""The COCO files of a config, checked before mmdet reads them."""

import logging
import os
from collections.abc import Iterator
from typing import Any

from mmengine.logging import print_log
from mmengine.registry import DATASETS

from mmadvent.errors import InputError
from mmadvent.io.coco_annotations import check_boxes, check_classes, read_annotations
from mmadvent.io.listing import missing_files

COCO = "mmdet.datasets.coco"  # no name of mmdet's is imported: the other half does without it


def check_annotation_files(dataset: dict, labeled: bool = True) -> None:
    """Check every COCO file that the config of a data set names, and say what mmdet leaves out.

    mmdet reads boxes of classes that the config does not name as no boxes, gives classes in another
    order each other's boxes, and leaves out boxes that are under a pixel, outside of their image or
    of no area, without a word. The data sets of this package look at their files themselves.

    Args:
        dataset: its config, also of one that wraps others.
        labeled: whether boxes are read; of a target only the images count.

    Raises:
        InputError: if a file is missing or no COCO annotations, a class is missing or out of order,
            a box is not finite, there is none to learn from, or an image or the name of their
            folder is missing.
    """
    for config in _inner(dataset):
        kind = config.get("type")
        if isinstance(kind, str):
            with DATASETS.switch_scope_and_registry(None) as registry:
                kind = registry.get(kind)
        if _reads_coco(kind):
            told = _check(DATASETS.build(dict(config, lazy_init=True)), labeled)
            if told:
                print_log(told, "current", logging.WARNING)


def _inner(dataset: Any) -> Iterator[dict]:
    """A data set's config, or those inside of wrappers such as ConcatDataset."""
    if not isinstance(dataset, dict):
        return
    inner = dataset.get("datasets") or ([dataset["dataset"]] if dataset.get("dataset") else [])
    if not inner:
        yield dataset
        return
    for each in inner:
        yield from _inner(each)


def _reads_coco(kind: Any) -> bool:
    """Whether a class reads its file as mmdet's ``CocoDataset``; variants have their own rules."""
    load = getattr(kind, "load_data_list", None)
    return (
        getattr(load, "__module__", None) == COCO
        and getattr(kind.COCOAPI, "__name__", None) == "COCO"
    )


def _check(dataset: Any, labeled: bool) -> str | None:
    """Check the file of a data set that has not read it yet; what is to be said of it."""
    name, path, used = type(dataset).__name__, dataset.ann_file, dataset.metainfo["classes"]
    if "img" not in dataset.data_prefix:  # mmdet's own default has none
        raise InputError(
            f"{name}.data_prefix must name the folder of the images as dict(img='...'), got "
            f"{', '.join(dataset.data_prefix)}"
        )
    content = read_annotations(
        path, name, dataset.backend_args, needs_boxes=labeled and not dataset.test_mode
    )
    told = None
    if labeled:
        check_classes(content, path, used, name)
        # A test may be without labels.
        told = check_boxes(content, path, used, name, strict=False, needed=not dataset.test_mode)
    folder = dataset.data_prefix["img"]
    images = [os.path.join(folder, image["file_name"]) for image in content["images"]]
    missing = missing_files(images) if dataset.backend_args is None else []
    if missing or not images:
        got = f"the first is '{missing[0]}'" if missing else "the file names none"
        raise InputError(
            f"{name}: {len(missing)} of {len(images)} images of '{path}' do not exist, {got}"
        )
    return told
