"""Annotation files that are not as they should be: one sentence that names them."""

from pathlib import Path

import pytest

from mmadvent.detection.boxes import annotation_file
from tests.detection.datasets.files import change_annotations, refusal, write_cityscapes


def test_no_annotation_file(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        "CityscapesBoxesDataset: the annotation file "
        f"'{tmp_path}/annotations/instances_train.json' does not exist; for Cityscapes make it "
        "with tools/convert_cityscapes_boxes.py"
    )


def test_no_json(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    (tmp_path / annotation_file("train")).write_text('{"images": ')
    path = tmp_path / annotation_file("train")
    assert refusal(tmp_path).startswith(f"CityscapesBoxesDataset: '{path}' cannot be read: ")


@pytest.mark.parametrize("part", ["images", "annotations", "categories"])
def test_no_coco(tmp_path: Path, part: str) -> None:
    write_cityscapes(tmp_path)
    path = change_annotations(tmp_path, lambda content: content.pop(part))
    text = f"CityscapesBoxesDataset: '{path}' must be COCO annotations, but it has no list '{part}'"
    assert refusal(tmp_path) == text
    path.write_text("3")
    assert "but it has no list 'images'" in refusal(tmp_path)


def test_an_entry_without_a_key(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    path = change_annotations(tmp_path, lambda content: content["annotations"][1].pop("bbox"))
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: each of the annotations of '{path}' must have id, image_id, "
        "category_id, bbox, area, but number 1 has no bbox"
    )


ALL = "person, rider, car, truck, bus, train, motorcycle, bicycle"


def test_unknown_class(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    path = change_annotations(
        tmp_path, lambda content: content["categories"].append(dict(id=9, name="caravan"))
    )
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: the classes of '{path}' must be among {ALL}, got 'caravan'"
    )


def test_missing_class(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    path = change_annotations(tmp_path, lambda content: content["categories"].pop())
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: '{path}' must have the classes {ALL}, in this order, got "
        "person, rider, car, truck, bus, train, motorcycle"
    )


def test_no_class(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    change_annotations(tmp_path, lambda content: content["categories"].clear())
    assert refusal(tmp_path).endswith("in this order, got none")


def test_classes_in_another_order(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)

    def sort(content: dict) -> None:
        content["categories"].sort(key=lambda category: category["name"])

    path = change_annotations(tmp_path, sort)
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: '{path}' must have the classes {ALL}, in this order, got "
        "bicycle, bus, car, motorcycle, person, rider, train, truck"
    )


def test_a_box_of_no_class(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    path = change_annotations(
        tmp_path, lambda content: content["annotations"][2].update(category_id=0)
    )
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: the annotation 3 of '{path}' must have a category_id among 1, 2, "
        "3, 4, 5, 6, 7, 8, got 0"
    )


def test_a_box_of_no_image(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    path = change_annotations(
        tmp_path, lambda content: content["annotations"][2].update(image_id=77)
    )
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: the annotation 3 of '{path}' must be of an image of the file, "
        "got image_id 77"
    )


@pytest.mark.parametrize("size", [[0, 4], [4, 0], [-1, 4], [4, float("nan")]])
def test_a_box_without_an_area(tmp_path: Path, size: list) -> None:
    names = write_cityscapes(tmp_path)
    path = change_annotations(
        tmp_path, lambda content: content["annotations"][2].update(bbox=[1, 1, *size])
    )
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: the annotation 3 of '{path}', on '{names[0]}', must have a box "
        f"with an area above 0, got {size[0]} x {size[1]}"
    )


@pytest.mark.parametrize(
    ("change", "must"),
    [
        (dict(area=0), "an area above 0, got 0"),
        (dict(bbox=[1, 1, 0.5, 4]), "a box of a pixel or more, got 0.5 x 4"),
        (dict(bbox=[float("nan"), 1, 4, 4]), "a box of finite numbers, got [nan, 1, 4, 4]"),
        (
            dict(bbox=[500, 500, 20, 20]),
            "a box that is at least in part inside of its 12 x 10 pixels, got [500, 500, 20, 20]",
        ),
    ],
)
def test_a_box_that_mmdet_would_leave_out(tmp_path: Path, change: dict, must: str) -> None:
    names = write_cityscapes(tmp_path)
    path = change_annotations(tmp_path, lambda content: content["annotations"][2].update(change))
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: the annotation 3 of '{path}', on '{names[0]}', must have {must}"
    )


def test_an_image_without_a_size(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path)
    size = dict(width=0, height=0)
    path = change_annotations(tmp_path, lambda content: content["images"][1].update(size))
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: the image '{names[1]}' of '{path}' must have a width and a "
        "height above 0, got 0 x 0"
    )


def test_nothing_but_crowds_is_an_empty_set(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)

    def crowd(content: dict) -> None:
        for annotation in content["annotations"]:
            annotation["iscrowd"] = 1

    path = change_annotations(tmp_path, crowd)
    text = f"CityscapesBoxesDataset: '{path}' must have boxes of {ALL}, got none on 4 images"
    assert refusal(tmp_path) == text
    change_annotations(tmp_path, lambda content: content["annotations"].clear())
    assert refusal(tmp_path) == text


def test_no_box_of_the_classes_that_are_used(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    text = refusal(tmp_path, metainfo=dict(classes=("train",)))
    assert text.endswith("must have boxes of train, got none on 4 images")
