"""Checks of the annotation files of Cityscapes' kind, of which nothing may be left out."""

from collections.abc import Sequence
from typing import Any

from mmadvent.errors import InputError
from mmadvent.io.coco_annotations import check_boxes, check_classes, read_annotations

HINT = "; for Cityscapes make it with tools/convert_cityscapes_boxes.py"


def load_annotations(
    path: str, known: Sequence[str], used: Sequence[str], dataset: str, backend_args: dict | None
) -> dict[str, Any]:
    """Read an annotation file and check it.

    Args:
        path: of the file.
        known: classes that it may have.
        used: classes that are used of it.
        dataset: the data set's name, for the errors.
        backend_args: of :func:`mmengine.fileio.get`.

    Raises:
        InputError: if the file is missing or no COCO annotations, a class is unknown, missing or
            out of order, a box is one that mmdet leaves out, or there is no box to learn from.
    """
    content = read_annotations(path, dataset, backend_args, HINT)
    names = [category["name"] for category in content["categories"]]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"{dataset}: the classes of '{path}' must be among {', '.join(known)}, "
            f"got {unknown[0]!r}"
        )
    check_classes(content, path, used, dataset)
    check_boxes(content, path, used, dataset, strict=True)
    return content
