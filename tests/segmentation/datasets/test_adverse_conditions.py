"""ACDC and Dark Zurich in their publishers' layouts, and the targets of their configs."""

from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmseg.registry import DATASETS

from mmadvent.segmentation.datasets import ACDCDataset, RawDarkZurichDataset
from tests.segmentation.datasets.files import LOAD, label_of, one_image, sentence
from tests.toys import CONFIGS

IDS = np.array([[0, 18, 255]], np.uint8)


def write(root: Path, *folders: str) -> None:
    """One labelled image a folder, such as ``fog/val``, and its reference in clear weather."""
    for number, folder in enumerate(folders):
        drive = f"{folder}/GOPR0{number}"
        name = f"{drive}/GOPR0{number}_frame_000001"
        one_image(root, f"rgb_anon/{name}_rgb_anon.png", f"gt/{name}_gt_labelTrainIds.png", IDS)
        one_image(root, f"rgb_anon/{folder}_ref/GOPR0{number}_frame_000001_ref_rgb_anon.png")


def folders(dataset) -> list[str]:
    images = [dataset.get_data_info(index)["img_path"] for index in range(len(dataset))]
    return [image.split("rgb_anon/")[1].split("/GOPR")[0] for image in images]


@pytest.fixture
def acdc(tmp_path) -> str:
    write(tmp_path, *(f"{c}/{s}" for c in ACDCDataset.CONDITIONS for s in ("train", "val")))
    return str(tmp_path)


def test_all_conditions_of_a_split_without_the_references(acdc):
    dataset = ACDCDataset(data_root=acdc, split="train", pipeline=LOAD)
    assert folders(dataset) == ["fog/train", "night/train", "rain/train", "snow/train"]
    assert label_of(dataset).tolist() == [[0, 18, 255]]
    assert len(dataset.metainfo["classes"]) == 19


@pytest.mark.parametrize(
    ("conditions", "found"),
    [("night", ["night/val"]), (["snow", "fog"], ["fog/val", "snow/val"])],
)
def test_conditions_are_chosen(acdc, conditions, found):
    assert folders(ACDCDataset(data_root=acdc, conditions=conditions, pipeline=LOAD)) == found


def test_what_there_is_not(acdc, tmp_path):
    assert sentence(lambda: ACDCDataset(data_root=acdc, split="test")) == (
        "ACDCDataset.split must be one of train, val, got 'test'"
    )
    assert sentence(lambda: ACDCDataset(data_root=acdc, conditions="hail")) == (
        "ACDCDataset.conditions must be one of fog, night, rain, snow, got 'hail'"
    )
    write(tmp_path / "part", "fog/val")
    assert sentence(lambda: ACDCDataset(data_root=str(tmp_path / "part"))).startswith(
        f"ACDCDataset: the folder '{tmp_path}/part/rgb_anon' holds no image of the split 'val' in "
        "the condition 'night'; it should hold the images of ACDC"
    )


def test_dark_zurich(tmp_path):
    write(tmp_path, "val/night", "val/day", "train/night")
    dataset = RawDarkZurichDataset(data_root=str(tmp_path), pipeline=LOAD)
    assert folders(dataset) == ["val/night"]
    assert label_of(dataset).tolist() == [[0, 18, 255]]
    with pytest.raises(Exception, match="split must be one of val, got 'train'"):
        RawDarkZurichDataset(data_root=str(tmp_path), split="train")


@pytest.mark.parametrize(
    ("pair", "layout", "target"),
    [
        ("acdc", ("fog/train", "snow/train", "fog/val", "fog/test"), ["fog/train", "snow/train"]),
        ("dark_zurich", ("train/night", "train/day", "val/night"), ["train/night"]),
    ],
)
def test_the_target_of_the_configs_is_the_training_images(tmp_path, pair, layout, target):
    write(tmp_path, *layout)
    config = Config.fromfile(CONFIGS / f"_base_/datasets/cityscapes_to_{pair}.py")
    config = config.target_dataloader.dataset
    dataset = DATASETS.build(config | dict(data_root=str(tmp_path)))
    assert folders(dataset) == target
    assert dataset[0]["inputs"].shape == (3, 540, 960)
