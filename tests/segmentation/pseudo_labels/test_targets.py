"""The images that get pseudo-labels: which, and without augmentation."""

import pytest
from mmengine.config import Config
from mmengine.registry import DATASETS

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from mmadvent.errors import InputError
from mmadvent.segmentation.pseudo_labels.targets import (
    images_of,
    open_targets,
    pseudo_label_names,
    use_pseudo_labels,
    without_augmentation,
)
from tests.segmentation.datasets.files import one_image
from tests.segmentation.datasets.pseudo_labels import write_labels

LOAD, RESIZE = dict(type="LoadImageFromFile"), dict(type="Resize", scale=(12, 8))
PACK = dict(type="PackTargetInputs")


def config(root, kind: str = "UnlabelledImagesDataset", **dataset) -> Config:
    pipeline = [
        LOAD,
        dict(type="LoadPseudoLabels"),
        RESIZE,
        dict(type="RandomFlip", prob=1.0),
        PACK,
    ]
    settings = dict(type=kind, data_root=str(root), pipeline=pipeline, **dataset)
    return Config(dict(target_dataloader=dict(dataset=settings)))


def test_chance_is_left_out():
    steps = [
        LOAD,
        dict(type="AddFog", beta=0.01),
        dict(type="RandomResize", scale=(12, 8), ratio_range=(0.5, 2.0)),
        RESIZE,
        dict(type="RandomCrop", crop_size=(4, 4)),
        dict(type="mmseg.RandomFlip", prob=1.0),
        dict(type="PhotoMetricDistortion"),
        dict(type="Pad", size=(16, 16)),
        dict(type="PackSegInputs", meta_keys=()),
    ]
    packed = dict(type="PackSegInputs")
    assert without_augmentation(steps) == [LOAD, steps[1], RESIZE, packed]
    assert len(steps) == 9


def test_images_have_the_size_of_the_networks_input_and_are_not_flipped(tmp_path):
    one_image(tmp_path, "a.png")
    dataset, pipeline = open_targets(config(tmp_path, pseudo_labels="not there yet"))
    assert pipeline == [LOAD, RESIZE, dict(type="PackSegInputs")]
    sample = dataset[0]
    assert sample["inputs"].shape == (3, 8, 12)
    assert "flip" not in sample["data_samples"].metainfo


def test_names_mirror_the_images(tmp_path):
    for name in ("images/b/c.jpg", "images/a.PNG", "images/b/d.e.jpeg"):
        one_image(tmp_path, name)
    dataset, _ = open_targets(config(tmp_path, data_prefix=dict(img_path="images")))
    assert pseudo_label_names(dataset) == {"a.png": 0, "b/c.png": 1, "b/d.e.png": 2}


def test_names_that_would_be_one(tmp_path):
    for name in ("a.jpg", "a.png"):
        one_image(tmp_path, name)
    dataset, _ = open_targets(config(tmp_path))
    with pytest.raises(InputError) as error:
        pseudo_label_names(dataset)
    assert str(error.value) == (
        "images must differ in more than their ending to have a pseudo-label each, got "
        f"'{tmp_path}/a.jpg' and '{tmp_path}/a.png'"
    )


def test_a_config_without_a_target():
    for settings in ({}, dict(train_cfg=dict(type="IterBasedTrainLoop"))):
        with pytest.raises(InputError) as error:
            open_targets(Config(settings))
        assert str(error.value) == (
            "target_dataloader must be the dataloader of the unlabelled target images, got None"
        )


def test_a_data_set_of_another_type(tmp_path):
    one_image(tmp_path, "a.png")
    with pytest.raises(InputError) as error:
        open_targets(
            config(tmp_path, "BaseSegDataset", img_suffix=".png", data_prefix=dict(img_path=""))
        )
    assert str(error.value) == (
        "target_dataloader.dataset must be an UnlabelledImagesDataset of mmseg, or several in a "
        "ConcatDataset, to make pseudo-labels for it, got BaseSegDataset"
    )


def test_two_folders_of_images(tmp_path):
    """What is made in sub-folders is what each data set reads then."""
    for name in ("day/a.png", "night/b/a.jpg"):
        one_image(tmp_path, name)
    parts = [config(tmp_path / name).target_dataloader.dataset for name in ("day", "night")]
    settings = Config(
        dict(target_dataloader=dict(dataset=dict(type="ConcatDataset", datasets=parts)))
    )
    dataset, pipeline = open_targets(settings)
    assert pipeline == 2 * [LOAD, RESIZE, dict(type="PackSegInputs")]
    assert pseudo_label_names(dataset) == {"day/a.png": 0, "night/b/a.png": 1}
    assert images_of(dataset) == [f"{tmp_path}/day/", f"{tmp_path}/night/"]
    for name in pseudo_label_names(dataset):
        write_labels(tmp_path / "labels" / name)
    use_pseudo_labels(settings, str(tmp_path / "labels"))
    read = DATASETS.build(settings.target_dataloader.dataset)
    for index, name in enumerate(("day/a.png", "night/b/a.png")):
        info = read.get_data_info(index)
        assert info["pseudo_label_path"] == f"{tmp_path}/labels/{name}"
        assert "pseudo_sem_seg" in read[index]["data_samples"]


def test_one_folder_of_images_has_its_pseudo_labels_right_there(tmp_path):
    settings = config(tmp_path, data_prefix=dict(img_path="images"))
    use_pseudo_labels(settings, "labels")
    assert settings.target_dataloader.dataset.pseudo_labels == "labels"
