"""Foggy images with and without annotations."""

import shutil
from pathlib import Path

import pytest
from mmdet.registry import DATASETS

from mmadvent.detection.boxes import annotation_file
from mmadvent.detection.datasets import CityscapesBoxesDataset, FoggyCityscapesDataset
from mmadvent.errors import InputError
from tests.detection.datasets.files import (
    BOXES,
    LOAD,
    PACK,
    RESIZE,
    change_annotations,
    write_cityscapes,
)


def paths(dataset: FoggyCityscapesDataset) -> list[str]:
    return [dataset.get_data_info(index)["img_path"] for index in range(len(dataset))]


def foggy(root: Path, names: list[str], beta: str, split: str = "train") -> list[str]:
    ending = f"_leftImg8bit_foggy_beta_{beta}.png"
    folder = f"{root}/leftImg8bit_foggy/{split}"
    return [f"{folder}/{name.removesuffix('_leftImg8bit.png')}{ending}" for name in names]


def refusal(root: Path, **arguments) -> str:
    with pytest.raises(InputError) as caught:
        FoggyCityscapesDataset(data_root=str(root), **arguments)
    return str(caught.value)


def test_a_target_is_all_images_of_one_density(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path, foggy=(0.005, 0.02))
    # Nothing but images is needed, and the filter has nothing to judge by.
    for folder in ("annotations", "gtFine", "leftImg8bit"):
        shutil.rmtree(tmp_path / folder)
    dataset = DATASETS.build(
        dict(
            type="FoggyCityscapesDataset",
            data_root=str(tmp_path),
            filter_cfg=dict(filter_empty_gt=True, min_size=32),
            pipeline=[LOAD, RESIZE, PACK],
        )
    )
    assert paths(dataset) == foggy(tmp_path, names, "0.02")
    sample = dataset[0]
    assert sample["inputs"].shape == (3, 30, 24)
    assert "bboxes" not in sample["data_samples"].gt_instances
    assert sample["data_samples"].img_id == 0
    thin = FoggyCityscapesDataset(data_root=str(tmp_path), fog_density=0.005)
    assert paths(thin) == foggy(tmp_path, names, "0.005")


def test_a_target_opens_no_annotation(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path, foggy=(0.02,))
    (tmp_path / annotation_file("train")).write_bytes(b"\x00garbage")
    dataset = FoggyCityscapesDataset(data_root=str(tmp_path))
    assert paths(dataset) == foggy(tmp_path, names, "0.02")
    assert all(dataset.get_data_info(index)["instances"] == [] for index in range(4))


def test_annotations_are_those_of_the_clear_images(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path / "foggy", "val", foggy=(0.01,))
    write_cityscapes(tmp_path / "clear", "val")
    ours = FoggyCityscapesDataset(
        data_root=str(tmp_path / "foggy"),
        split="val",
        fog_density=0.01,
        ann_file=annotation_file("val"),
        test_mode=True,
        pipeline=[LOAD, RESIZE, BOXES, PACK],
    )
    assert paths(ours) == foggy(tmp_path / "foggy", names, "0.01", "val")
    clear = CityscapesBoxesDataset(data_root=str(tmp_path / "clear"), split="val")
    for index in range(4):
        mine, other = ours.get_data_info(index), clear.get_data_info(index)
        assert mine["instances"] == other["instances"] and mine["img_id"] == other["img_id"]
    assert ours.metainfo["classes"] == clear.metainfo["classes"]
    assert len(ours[0]["data_samples"].gt_instances) == 5


def test_an_oracle_is_filtered(tmp_path: Path) -> None:
    write_cityscapes(tmp_path, foggy=(0.02,))
    dataset = FoggyCityscapesDataset(
        data_root=str(tmp_path),
        ann_file=annotation_file("train"),
        filter_cfg=dict(filter_empty_gt=True),
    )
    assert len(dataset) == 2


@pytest.mark.parametrize("ann_file", ["", "annotations/instances_train.json"])
def test_another_density(tmp_path: Path, ann_file: str) -> None:
    write_cityscapes(tmp_path, foggy=(0.005, 0.01))
    assert refusal(tmp_path, ann_file=ann_file) == (
        "FoggyCityscapesDataset: fog_density must be one of those in "
        f"'{tmp_path}/leftImg8bit_foggy/train', 0.005, 0.01, got 0.02"
    )


@pytest.mark.parametrize("ann_file", ["", "annotations/instances_train.json"])
def test_no_foggy_images(tmp_path: Path, ann_file: str) -> None:
    write_cityscapes(tmp_path)
    holds = (
        "it should hold the foggy images of Foggy Cityscapes ('leftImg8bit_foggy/<split>/<city>/"
        "*_leftImg8bit_foggy_beta_0.02.png', Sakaridis et al. 2018), unpacked from its publisher's "
        "archive or made by tools/make_fog.py"
    )
    folder = tmp_path / "leftImg8bit_foggy/train"
    text = f"FoggyCityscapesDataset: the folder '{folder}' does not exist; {holds}"
    assert refusal(tmp_path, ann_file=ann_file) == text
    folder.mkdir(parents=True)
    assert refusal(tmp_path, ann_file=ann_file) == (
        f"FoggyCityscapesDataset: the split '{folder}' is empty: no file there ends in "
        f"_foggy_beta_0.02.png; {holds}"
    )


def test_the_annotations_are_checked(tmp_path: Path) -> None:
    write_cityscapes(tmp_path, foggy=(0.02,))
    assert refusal(tmp_path, ann_file="none.json") == (
        f"FoggyCityscapesDataset: the annotation file '{tmp_path}/none.json' does not exist; for "
        "Cityscapes make it with tools/convert_cityscapes_boxes.py"
    )
    change_annotations(tmp_path, lambda content: content["categories"].reverse())
    assert "in this order, got bicycle, " in refusal(tmp_path, ann_file=annotation_file("train"))


def test_an_annotated_image_without_a_foggy_version(tmp_path: Path) -> None:
    names = write_cityscapes(tmp_path, foggy=(0.02,))
    path = Path(foggy(tmp_path, names, "0.02")[1])
    path.unlink()
    assert refusal(tmp_path, ann_file=annotation_file("train")) == (
        f"FoggyCityscapesDataset: 1 of 4 images of '{tmp_path}/annotations/instances_train.json' "
        f"do not exist, the first is '{path}'"
    )


def test_density_out_of_range(tmp_path: Path) -> None:
    text = "fog_density must be a finite number >= 0 (in 1/m), got -0.02"
    assert refusal(tmp_path, fog_density=-0.02) == text
