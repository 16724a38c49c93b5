"""Checks of a COCO annotation file, of what mmdet would pass over in silence."""

from collections.abc import Sequence
from typing import Any

from mmengine.fileio import load

from mmadvent.errors import InputError

# What mmdet reads of each entry.
PARTS = dict(
    images=("id", "file_name", "width", "height"),
    annotations=("id", "image_id", "category_id", "bbox", "area"),
    categories=("id", "name"),
)


def load_annotations(
    path: str, known: Sequence[str], used: Sequence[str], dataset: str, backend_args: dict | None
) -> dict[str, Any]:
    """Read an annotation file and check it.

    Args:
        path: of the file.
        known: classes that it may have.
        used: classes that are used of it.
        dataset: the data set's name, for the errors.
        backend_args: of :func:`mmengine.fileio.load`.

    Raises:
        InputError: if the file is missing or no COCO annotations, a class is unknown, missing or
            out of order, a box is empty, or there is no box to learn from.
    """
    try:
        content = load(path, file_format="json", backend_args=backend_args)
    except FileNotFoundError as error:
        raise InputError(
            f"{dataset}: the annotation file '{path}' does not exist; for Cityscapes make it with "
            "tools/convert_cityscapes_boxes.py"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{dataset}: '{path}' cannot be read: {error}") from error
    for part, keys in PARTS.items():
        if not isinstance(content, dict) or not isinstance(content.get(part), list):
            raise InputError(
                f"{dataset}: '{path}' must be COCO annotations, but it has no list {part!r}"
            )
        for number, entry in enumerate(content[part]):
            missing = [key for key in keys if key not in entry]
            if missing:
                raise InputError(
                    f"{dataset}: each of the {part} of '{path}' must have {', '.join(keys)}, "
                    f"but number {number} has no {missing[0]}"
                )
    _check_categories(content, path, known, used, dataset)
    _check_boxes(content, path, used, dataset)
    return content


def _check_categories(
    content: dict, path: str, known: Sequence[str], used: Sequence[str], dataset: str
) -> None:
    names = [category["name"] for category in content["categories"]]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"{dataset}: the classes of '{path}' must be among {', '.join(known)}, "
            f"got {unknown[0]!r}"
        )
    # mmdet numbers the classes in the order of the file, whatever the order of its own list.
    found = [name for name in names if name in used]
    if found != list(used):
        raise InputError(
            f"{dataset}: '{path}' must have the classes {', '.join(used)}, in this order, "
            f"got {', '.join(found) or 'none'}"
        )


def _check_boxes(content: dict, path: str, used: Sequence[str], dataset: str) -> None:
    files = {image["id"]: image["file_name"] for image in content["images"]}
    categories = {category["id"]: category["name"] for category in content["categories"]}
    boxes = 0
    for annotation in content["annotations"]:
        where = f"{dataset}: the annotation {annotation['id']} of '{path}'"
        if annotation["category_id"] not in categories:
            raise InputError(
                f"{where} must have a category_id among {', '.join(map(str, categories))}, "
                f"got {annotation['category_id']}"
            )
        if annotation["image_id"] not in files:
            raise InputError(
                f"{where} must be of an image of the file, got image_id {annotation['image_id']}"
            )
        width, height = annotation["bbox"][2:]
        if not (width > 0 and height > 0):
            raise InputError(
                f"{where}, on '{files[annotation['image_id']]}', must have a box with an area "
                f"above 0, got {width} x {height}"
            )
        if categories[annotation["category_id"]] in used and not annotation.get("iscrowd"):
            boxes += 1
    if not boxes:
        raise InputError(
            f"{dataset}: '{path}' must have boxes of {', '.join(used)}, got none on "
            f"{len(files)} images"
        )
