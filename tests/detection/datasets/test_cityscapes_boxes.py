"""Boxes as the network gets them, and annotation files that are not as they should be."""

from pathlib import Path

import numpy as np
import pytest
from mmdet.registry import DATASETS

from mmadvent.detection.boxes import annotation_file
from mmadvent.detection.datasets import CityscapesBoxesDataset
from mmadvent.errors import InputError
from tests.detection.boxes.files import REGIONS
from tests.detection.datasets.files import (
    BOXES,
    LOAD,
    PACK,
    RESIZE,
    change_annotations,
    write_cityscapes,
)

PIPELINE = [LOAD, BOXES, RESIZE, PACK]
LABELS = [2, 0, 1, 2, 2, 7]  # of REGIONS, in mmdet's order of classes


def refusal(root: Path, **arguments) -> str:
    with pytest.raises(InputError) as caught:
        CityscapesBoxesDataset(data_root=str(root), **arguments)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_boxes_labels_and_crowds_reach_the_network(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    dataset = CityscapesBoxesDataset(data_root=str(tmp_path), pipeline=PIPELINE)
    sample = dataset[0]["data_samples"]
    kept, crowd = sample.gt_instances, sample.ignored_instances
    # 12 x 10 pixels become 24 x 30.
    scaled = [[2 * x, 3 * y, 2 * (x + w), 3 * (y + h)] for (x, y, w, h), _ in REGIONS.values()]
    assert crowd.bboxes.tensor.tolist() == scaled[:1] and crowd.labels.tolist() == LABELS[:1]
    assert kept.bboxes.tensor.tolist() == scaled[1:] and kept.labels.tolist() == LABELS[1:]
    assert sample.ori_shape == (10, 12) and sample.img_shape == (30, 24)


def test_it_is_mmdets_where_nothing_is_wrong(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    common = dict(data_root=str(tmp_path), filter_cfg=dict(filter_empty_gt=True, min_size=1))
    ours = DATASETS.build(dict(type="CityscapesBoxesDataset", **common))
    upstream = DATASETS.build(
        dict(
            type="CityscapesDataset",
            ann_file="annotations/instances_train.json",
            data_prefix=dict(img="leftImg8bit/train"),
            **common,
        )
    )
    # Those with nothing but crowds are dropped as well as the empty ones.
    assert len(ours) == len(upstream) == 2
    for index in range(2):
        assert ours.get_data_info(index) == upstream.get_data_info(index)
    assert ours.metainfo == upstream.metainfo


def test_empty_images_stay_in_without_a_filter(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    dataset = CityscapesBoxesDataset(data_root=str(tmp_path), pipeline=PIPELINE)
    assert [len(dataset[index]["data_samples"].gt_instances) for index in range(4)] == [5, 0, 0, 1]


def test_another_split_and_file(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path, "val")
    (tmp_path / annotation_file("val")).rename(tmp_path / "mine.json")
    dataset = CityscapesBoxesDataset(data_root=str(tmp_path), split="val", ann_file="mine.json")
    assert dataset.get_data_info(3)["img_path"] == f"{tmp_path}/leftImg8bit/val/{names[3]}"


def test_some_of_the_classes(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)
    dataset = CityscapesBoxesDataset(
        data_root=str(tmp_path), metainfo=dict(classes=("rider", "bicycle")), pipeline=PIPELINE
    )
    instances = dataset[0]["data_samples"].gt_instances
    assert instances.labels.tolist() == [0, 1]
    assert instances.bboxes.tensor[0].tolist() == [22, 27, 24, 30]


def test_classes_of_own_data(tmp_path: Path) -> None:
    write_cityscapes(tmp_path)

    def rename(content: dict) -> None:
        for category in content["categories"]:
            category["name"] = category["name"].upper()

    change_annotations(tmp_path, rename)
    own = tuple(name.upper() for name in CityscapesBoxesDataset.METAINFO["classes"])
    dataset = CityscapesBoxesDataset(data_root=str(tmp_path), metainfo=dict(classes=own))
    assert [i["bbox_label"] for i in dataset.get_data_info(0)["instances"]] == LABELS


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


def test_missing_images(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path)
    path = tmp_path / "leftImg8bit/train" / names[2]
    path.unlink()
    assert refusal(tmp_path) == (
        f"CityscapesBoxesDataset: 1 of 4 images of '{tmp_path}/annotations/instances_train.json' "
        f"do not exist, the first is '{path}'"
    )


def test_an_image_that_cannot_be_read(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path)
    path = tmp_path / "leftImg8bit/train" / names[0]
    path.write_text("no image")
    dataset = CityscapesBoxesDataset(data_root=str(tmp_path), pipeline=PIPELINE)
    with pytest.raises(InputError, match=f"^the image '{path}' cannot be read: "):
        dataset[0]
    assert np.asarray(dataset[3]["inputs"]).shape == (3, 30, 24)
