"""Checks of COCO annotation files, of what mmdet would pass over in silence."""

import math
import reprlib
from collections.abc import Callable, Sequence
from typing import Any

from mmengine.fileio import get

from mmadvent.checks import is_number, parse_json
from mmadvent.errors import InputError


def _is_id(value: Any) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def _is_box(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4 and all(map(is_number, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


# What mmdet reads of each entry, and what it must be.
PARTS: dict[str, dict[str, tuple[Callable[[Any], bool], str]]] = dict(
    images=dict(
        id=(_is_id, "an id"),
        file_name=(_is_text, "a text"),
        width=(is_number, "a number"),
        height=(is_number, "a number"),
    ),
    annotations=dict(
        id=(_is_id, "an id"),
        image_id=(_is_id, "an id"),
        category_id=(_is_id, "an id"),
        bbox=(_is_box, "four numbers"),
        area=(is_number, "a number"),
    ),
    categories=dict(id=(_is_id, "an id"), name=(_is_text, "a text")),
)


def read_annotations(
    path: str,
    dataset: str,
    backend_args: dict | None = None,
    hint: str = "",
    needs_boxes: bool = True,
) -> dict[str, Any]:
    """Read an annotation file and check that it is one.

    Args:
        path: of the file.
        dataset: the data set's name, for the errors.
        backend_args: of :func:`mmengine.fileio.get`.
        hint: where the file comes from, for the error if it is missing.
        needs_boxes: whether the list of annotations must be there.

    Raises:
        InputError: if the file is missing or no COCO annotations, two entries have one id, or an
            image has no size.
    """
    try:
        content = parse_json(get(path, backend_args=backend_args))
    except FileNotFoundError as error:
        raise InputError(f"{dataset}: the annotation file '{path}' does not exist{hint}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{dataset}: '{path}' cannot be read: {error}") from error
    if isinstance(content, dict) and not needs_boxes:
        content.setdefault("annotations", [])
    for part, keys in PARTS.items():
        if not isinstance(content, dict) or not isinstance(content.get(part), list):
            raise InputError(
                f"{dataset}: '{path}' must be COCO annotations, but it has no list {part!r}"
            )
        ids = set()
        for number, entry in enumerate(content[part]):
            _check_entry(entry, part, keys, number, path, dataset)
            if entry["id"] in ids:
                raise InputError(
                    f"{dataset}: the ids of the {part} of '{path}' must differ, got "
                    f"{entry['id']!r} twice"
                )
            ids.add(entry["id"])
    for image in content["images"]:
        if not (0 < image["width"] < math.inf and 0 < image["height"] < math.inf):
            raise InputError(
                f"{dataset}: the image '{image['file_name']}' of '{path}' must have a width and a "
                f"height above 0, got {image['width']} x {image['height']}"
            )
    return content


def _check_entry(
    entry: Any, part: str, keys: dict[str, Any], number: int, path: str, dataset: str
) -> None:
    if not isinstance(entry, dict):
        raise InputError(
            f"{dataset}: each of the {part} of '{path}' must be an object, but number {number} is "
            f"{reprlib.repr(entry)}"
        )
    for key, (is_right, kind) in keys.items():
        if key not in entry:
            raise InputError(
                f"{dataset}: each of the {part} of '{path}' must have {', '.join(keys)}, "
                f"but number {number} has no {key}"
            )
        if not is_right(entry[key]):
            raise InputError(
                f"{dataset}: {key} of each of the {part} of '{path}' must be {kind}, but that of "
                f"number {number} is {reprlib.repr(entry[key])}"
            )


def check_classes(content: dict, path: str, used: Sequence[str], dataset: str) -> None:
    """Compare the classes of a file with those that are used of it.

    Raises:
        InputError: if one is missing or out of order.
    """
    names = [category["name"] for category in content["categories"]]
    # mmdet numbers the classes in the order of the file, whatever the order of its own list.
    found = [name for name in names if name in used]
    if found != list(used):
        raise InputError(
            f"{dataset}: '{path}' must have the classes {', '.join(used)}, in this order, "
            f"got {', '.join(found or names) or 'none'}"
        )


def check_boxes(
    content: dict, path: str, used: Sequence[str], dataset: str, strict: bool, needed: bool = True
) -> str | None:
    """Look at every box as mmdet does, and tell what it leaves out.

    Args:
        content: of the file.
        path: of the file.
        used: classes that are used of it.
        dataset: the data set's name.
        strict: whether a box that mmdet leaves out for what it is (without an area, under a pixel,
            outside) is an error; one of numbers that are not finite always is.
        needed: whether a file without any box that is left is an error.

    Returns:
        A sentence on the boxes that mmdet leaves out, None if there are none.

    Raises:
        InputError: if a box has no category of the file, is not finite or, if ``strict``, is left
            out, if none is left, or if they look like corners.
    """
    images = {image["id"]: image for image in content["images"]}
    categories = {category["id"]: category["name"] for category in content["categories"]}
    left_out: dict[str, list] = {}
    kept = 0
    for annotation in content["annotations"]:
        where = f"{dataset}: the annotation {annotation['id']} of '{path}'"
        name = categories.get(annotation["category_id"])
        if name is None:
            raise InputError(
                f"{where} must have a category_id among {', '.join(map(str, categories))}, "
                f"got {annotation['category_id']}"
            )
        image = images.get(annotation["image_id"])
        if image is None:
            if strict:
                raise InputError(
                    f"{where} must be of an image of the file, got image_id "
                    f"{annotation['image_id']}"
                )
            left_out.setdefault("of images that are not in the file", []).append(annotation["id"])
            continue
        finite = all(map(math.isfinite, (*annotation["bbox"], annotation["area"])))
        kind, must = _fault(annotation, image) or ("", "")
        if must and (strict or not finite):
            raise InputError(f"{where}, on '{image['file_name']}', must have {must}")
        if not kind and name not in used:
            kind = "of other classes"
        if not kind and annotation.get("ignore"):
            kind = "that are marked to be ignored"
        if kind:
            left_out.setdefault(kind, []).append(annotation["id"])
        elif not annotation.get("iscrowd"):
            kept += 1
    _check_no_corners(content, images, path, dataset)
    told = ", ".join(
        f"{len(ids)} {kind} (the first is annotation {ids[0]})" for kind, ids in left_out.items()
    )
    if not kept and needed:
        raise InputError(
            f"{dataset}: '{path}' must have boxes of {', '.join(used)}, got none on "
            f"{len(images)} images" + (f"; left out are {told}" if told and not strict else "")
        )
    if not told:
        return None
    return f"{dataset}: of the {len(content['annotations'])} boxes of '{path}' are left out {told}"


def _check_no_corners(content: dict, images: dict, path: str, dataset: str) -> None:
    """Refuse x1, y1, x2, y2: all boxes fit their images so, and many do not as COCO has them."""
    outside = number = 0
    for annotation in content["annotations"]:
        image = images.get(annotation["image_id"])
        if image is None:
            continue
        # A pixel is a matter of counting.
        right, bottom = image["width"] + 1, image["height"] + 1
        x, y, third, fourth = annotation["bbox"]
        if not (x < third <= right and y < fourth <= bottom):
            return
        number += 1
        outside += x + third > right or y + fourth > bottom
    if outside and outside >= number / 4:
        raise InputError(
            f"{dataset}: the boxes of '{path}' must be x, y, width, height, but {outside} of "
            f"{number} reach out of their images so, and all fit as corners, x1, y1, x2, y2"
        )


def _fault(annotation: dict, image: dict) -> tuple[str, str] | None:
    """What makes mmdet leave out a box, in few words, and what the box must have instead."""
    x, y, width, height = annotation["bbox"]
    if not (width > 0 and height > 0):
        return "without an area", f"a box with an area above 0, got {width} x {height}"
    if not all(map(math.isfinite, annotation["bbox"])):
        return "that are not finite", f"a box of finite numbers, got {annotation['bbox']}"
    if width < 1 or height < 1:
        return "under a pixel", f"a box of a pixel or more, got {width} x {height}"
    columns = min(x + width, image["width"]) - max(x, 0)
    rows = min(y + height, image["height"]) - max(y, 0)
    if columns <= 0 or rows <= 0:
        size = f"{image['width']} x {image['height']}"
        return "outside of their image", (
            f"a box that is at least in part inside of its {size} pixels, got {annotation['bbox']}"
        )
    if not 0 < annotation["area"] < math.inf:
        return "whose 'area' is not above 0", f"an area above 0, got {annotation['area']}"
    return None
