"""Boxes as the network gets them."""

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
    refusal,
    write_cityscapes,
)

PIPELINE = [LOAD, BOXES, RESIZE, PACK]
LABELS = [2, 0, 1, 2, 2, 7]  # of REGIONS, in mmdet's order of classes


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


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (dict(data_prefix=dict(img_path="a")), ".data_prefix must have img and seg, got img_path"),
        (
            dict(filter_cfg=dict(filter_empty=True)),
            ".filter_cfg must have filter_empty_gt and min_size, got filter_empty",
        ),
        (
            dict(metainfo=dict(classes=("car", "car"))),
            ": metainfo.classes must name each class once, got 'car'",
        ),
    ],
)
def test_what_mmdet_would_pass_over(tmp_path: Path, arguments: dict, text: str) -> None:
    write_cityscapes(tmp_path)
    with pytest.raises(InputError) as caught:
        CityscapesBoxesDataset(data_root=str(tmp_path), **arguments)
    assert str(caught.value) == f"CityscapesBoxesDataset{text}"
