"""COCO files that are not as they should be, and boxes that mmdet leaves out."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmadvent.errors import InputError
from mmadvent.io.coco_annotations import check_boxes, check_classes, read_annotations

CLASSES = ("crate", "plank")


def box(number: int, image: int = 1, category: int = 1, **changes: Any) -> dict:
    entry = dict(id=number, image_id=image, category_id=category, bbox=[4, 5, 6, 7], area=42)
    return entry | changes


CONTENT: dict = dict(
    images=[dict(id=i, file_name=f"{i}.png", width=40, height=30) for i in (1, 2)],
    annotations=[box(1), box(2, image=2, category=2)],
    categories=[dict(id=i, name=name) for i, name in enumerate(CLASSES, start=1)],
)


def changed(change: Callable[[dict], object]) -> dict:
    content = copy.deepcopy(CONTENT)
    change(content)
    return content


def refusal(function: Callable, *arguments: Any, **options: Any) -> str:
    with pytest.raises(InputError) as error:
        function(*arguments, **options)
    return str(error.value)


def read_refusal(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return refusal(read_annotations, str(path), "Toy").removeprefix(f"Toy: '{path}' ")


def boxes(content: dict, strict: bool = False, **options: Any) -> str | None:
    return check_boxes(content, "a.json", CLASSES, "Toy", strict, **options)


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(CONTENT))
    content = read_annotations(str(path), "Toy")
    assert content == CONTENT
    check_classes(content, str(path), CLASSES, "Toy")
    assert boxes(content) is boxes(content, strict=True) is None


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(read_annotations, f"{tmp_path}/a.json", "Toy", hint="; make it") == (
        f"Toy: the annotation file '{tmp_path}/a.json' does not exist; make it"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"\xff\xfe", "cannot be read: "),
        ("{", "cannot be read: "),
        ("[" * 100000, "cannot be read: it is nested too deeply"),
        ("null", "must be COCO annotations, but it has no list 'images'"),
        ('{"images": null}', "must be COCO annotations, but it has no list 'images'"),
    ],
)
def test_files_that_are_no_annotations(tmp_path: Path, text: str | bytes, reason: str) -> None:
    assert read_refusal(tmp_path / "a.json", text).startswith(reason)


WRONG = [
    ("images", "id", None, "an id"),
    ("images", "id", [1], "an id"),
    ("images", "file_name", 3, "a text"),
    ("images", "width", "40", "a number"),
    ("annotations", "bbox", None, "four numbers"),
    ("annotations", "bbox", [1, 2, 3], "four numbers"),
    ("annotations", "bbox", [1, 2, 3, "4"], "four numbers"),
    ("annotations", "area", None, "a number"),
    ("annotations", "category_id", {}, "an id"),
    ("categories", "name", None, "a text"),
]


@pytest.mark.parametrize(("part", "key", "value", "kind"), WRONG)
def test_values_of_the_wrong_type(
    tmp_path: Path, part: str, key: str, value: Any, kind: str
) -> None:
    path = tmp_path / "a.json"
    text = json.dumps(changed(lambda content: content[part][1].update({key: value})))
    path.write_text(text)
    assert refusal(read_annotations, str(path), "Toy") == (
        f"Toy: {key} of each of the {part} of '{path}' must be {kind}, but that of number 1 is "
        f"{value!r}"
    )


@pytest.mark.parametrize("part", ["images", "annotations", "categories"])
def test_entries_that_are_none_or_have_one_id(tmp_path: Path, part: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(changed(lambda content: content[part].append(None))))
    assert refusal(read_annotations, str(path), "Toy") == (
        f"Toy: each of the {part} of '{path}' must be an object, but number 2 is None"
    )
    path.write_text(json.dumps(changed(lambda content: content[part].append(content[part][0]))))
    assert refusal(read_annotations, str(path), "Toy") == (
        f"Toy: the ids of the {part} of '{path}' must differ, got 1 twice"
    )


@pytest.mark.parametrize(("width", "height"), [(0, 0), (-4, 30), (40, float("nan"))])
def test_images_without_a_size(tmp_path: Path, width: float, height: float) -> None:
    path = tmp_path / "a.json"
    size = dict(width=width, height=height)
    path.write_text(json.dumps(changed(lambda content: content["images"][1].update(size))))
    assert refusal(read_annotations, str(path), "Toy") == (
        f"Toy: the image '2.png' of '{path}' must have a width and a height above 0, got "
        f"{width} x {height}"
    )


def test_annotations_may_be_missing_where_no_box_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(changed(lambda content: content.pop("annotations"))))
    assert "no list 'annotations'" in refusal(read_annotations, str(path), "Toy")
    assert read_annotations(str(path), "Toy", needs_boxes=False)["annotations"] == []


@pytest.mark.parametrize(
    ("used", "got"),
    [
        (("boxes", "planks"), "crate, plank"),
        (("plank", "crate"), "crate, plank"),
        (("crate", "plank", "pole"), "crate, plank"),
    ],
)
def test_classes_that_are_not_the_files(used: tuple[str, ...], got: str) -> None:
    assert refusal(check_classes, CONTENT, "a.json", used, "Toy") == (
        f"Toy: 'a.json' must have the classes {', '.join(used)}, in this order, got {got}"
    )


def test_some_of_the_classes_are_used() -> None:
    check_classes(CONTENT, "a.json", ("plank",), "Toy")
    assert check_boxes(CONTENT, "a.json", ("plank",), "Toy", strict=False) == (
        "Toy: of the 2 boxes of 'a.json' are left out 1 of other classes (the first is annotation "
        "1)"
    )


# What mmdet leaves out -> in what words, and what a strict data set asks for.
FAULTS = [
    (dict(area=0), "whose 'area' is not above 0", "an area above 0, got 0"),
    (dict(bbox=[4, 5, 0, 7]), "without an area", "a box with an area above 0, got 0 x 7"),
    (dict(bbox=[4, 5, 0.5, 7]), "under a pixel", "a box of a pixel or more, got 0.5 x 7"),
    (
        dict(bbox=[500, 5, 6, 7]),
        "outside of their image",
        "a box that is at least in part inside of its 40 x 30 pixels, got [500, 5, 6, 7]",
    ),
    (
        dict(bbox=[4, -7, 6, 7]),
        "outside of their image",
        "a box that is at least in part inside of its 40 x 30 pixels, got [4, -7, 6, 7]",
    ),
]


@pytest.mark.parametrize(("change", "told", "must"), FAULTS)
def test_boxes_that_mmdet_leaves_out(change: dict, told: str, must: str) -> None:
    content = changed(lambda content: content["annotations"][1].update(change))
    assert boxes(content) == (
        f"Toy: of the 2 boxes of 'a.json' are left out 1 {told} (the first is annotation 2)"
    )
    assert refusal(boxes, content, strict=True) == (
        f"Toy: the annotation 2 of 'a.json', on '2.png', must have {must}"
    )


def test_a_box_that_is_inside_in_part_counts() -> None:
    content = changed(lambda content: content["annotations"][1].update(bbox=[-20, -10, 50, 40]))
    assert boxes(content) is boxes(content, strict=True) is None


@pytest.mark.parametrize(
    ("change", "must"),
    [
        (dict(bbox=[float("nan"), 1, 2, 2]), "a box of finite numbers, got [nan, 1, 2, 2]"),
        (dict(bbox=[1, 1, float("inf"), 2]), "a box of finite numbers, got [1, 1, inf, 2]"),
        (dict(bbox=[1, 1, 2, float("nan")]), "a box with an area above 0, got 2 x nan"),
        (dict(area=float("nan")), "an area above 0, got nan"),
        (dict(area=float("inf")), "an area above 0, got inf"),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_numbers_that_are_not_finite_are_always_refused(
    change: dict, must: str, strict: bool
) -> None:
    content = changed(lambda content: content["annotations"][0].update(change))
    assert refusal(boxes, content, strict=strict) == (
        f"Toy: the annotation 1 of 'a.json', on '1.png', must have {must}"
    )


def test_boxes_of_no_image_or_category() -> None:
    content = changed(lambda content: content["annotations"][1].update(image_id=7))
    assert boxes(content) == (
        "Toy: of the 2 boxes of 'a.json' are left out 1 of images that are not in the file (the "
        "first is annotation 2)"
    )
    of_7 = "Toy: the annotation 2 of 'a.json' must be of an image of the file, got image_id 7"
    assert refusal(boxes, content, strict=True) == of_7
    content = changed(lambda content: content["annotations"][1].update(category_id=7))
    assert refusal(boxes, content) == (
        "Toy: the annotation 2 of 'a.json' must have a category_id among 1, 2, got 7"
    )


def test_no_box_is_left() -> None:
    def spoil(content: dict) -> None:
        content["annotations"][0]["area"] = 0
        content["annotations"][1]["ignore"] = True
        content["annotations"].append(box(3, iscrowd=1))

    told = (
        "1 whose 'area' is not above 0 (the first is annotation 1), 1 that are marked to be "
        "ignored (the first is annotation 2)"
    )
    assert refusal(boxes, changed(spoil)) == (
        f"Toy: 'a.json' must have boxes of crate, plank, got none on 2 images; left out are {told}"
    )
    assert boxes(changed(spoil), needed=False) == (
        f"Toy: of the 3 boxes of 'a.json' are left out {told}"
    )


@pytest.mark.parametrize("strict", [False, True])
def test_corners_in_place_of_width_and_height(strict: bool) -> None:
    def check(*boxes: list[float]) -> None:
        annotations = [box(i, image=1 + i % 2, bbox=each) for i, each in enumerate(boxes)]
        check_boxes(dict(CONTENT, annotations=annotations), "a.json", CLASSES, "D", strict)

    corners: list[list[float]] = [[4, 5, 10, 12], [30, 20, 40, 30], [0, 0, 3, 3]]
    assert refusal(check, *corners) == (
        "D: the boxes of 'a.json' must be x, y, width, height, but 1 of 3 reach out of their "
        "images so, and all fit as corners, x1, y1, x2, y2"
    )
    check([4, 5, 10, 12], [0, 0, 3, 3])  # either way
    check(*corners, [30, 20, 10, 10])  # a box that has no such corners
    check([4, 5, 37, 25])  # a pixel is a matter of counting
