"""Translators that do not fit their data: refused before a run writes anything."""

import json
from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.engine.preflight.whole_config import check_test, check_training
from mmadvent.errors import InputError
from mmadvent.segmentation.datasets.cityscapes_classes import CLASSES
from tests.toys import toy_training, write_domains
from tests.translation_toys import L1, SEMANTIC, translator_training, write_segmentor


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"), source=1, target=1, val=1)


@pytest.fixture
def config(data: Path, tmp_path: Path) -> Config:
    return translator_training(data, tmp_path / "run")


def refusal(config: Config) -> str:
    with pytest.raises(InputError) as error:
        check_training(config)
    assert not Path(config.work_dir).exists()
    return str(error.value)


SWAPPED = (CLASSES[1], CLASSES[0], *CLASSES[2:])


def test_a_good_one_passes(config: Config, tmp_path: Path) -> None:
    meta = dict(dataset_meta=dict(classes=CLASSES))
    config.model.consistency = write_segmentor(tmp_path, len(CLASSES), meta)
    check_training(config)
    assert not Path(config.work_dir).exists()


def test_numbers_of_classes(config: Config, tmp_path: Path) -> None:
    config.model.discriminator = SEMANTIC
    config.model.content = dict(L1, class_shares=[0.5, 0.5])
    config.model.consistency = write_segmentor(tmp_path, 7)
    of = "model.{} must be of the 19 classes of GTA5Dataset, got {}"
    assert refusal(config) == of.format("discriminator.num_labels", 5)
    config.model.discriminator = dict(SEMANTIC, num_labels=19)
    assert refusal(config) == of.format("content.class_shares", 2)
    config.model.content = None
    assert refusal(config) == of.format("consistency.config", 7)


def test_names_of_classes(config: Config, tmp_path: Path) -> None:
    shares = tmp_path / "shares.json"
    shares.write_text(json.dumps(dict(classes=SWAPPED, prior=[1 / 19] * 19)))
    config.model.reconstruction.class_shares = str(shares)
    assert refusal(config) == (
        "the classes of WeightedReconstructionLoss must be those of GTA5Dataset, in this order: "
        "number 0 must be 'road', got 'sidewalk'"
    )
    config.model.reconstruction.class_shares = None
    meta = dict(dataset_meta=dict(classes=SWAPPED))
    config.model.consistency = write_segmentor(tmp_path, len(CLASSES), meta)
    assert refusal(config) == (
        "the classes of train_dataloader and model.consistency must have one order, got 'road' as "
        "number 0 and 1"
    )


def test_the_number_of_no_class(config: Config) -> None:
    old = config.train_dataloader.dataset
    steps = ("LoadImageFromFile", "LoadAnnotations", "PackSegInputs")
    config.train_dataloader.dataset = dict(
        type="BaseSegDataset",
        data_root=old.data_root,
        data_prefix=dict(img_path="images", seg_map_path="labels"),
        img_suffix=".png",
        metainfo=dict(classes=CLASSES),
        pipeline=[dict(type=name) for name in steps],
        ignore_index=254,
    )
    assert refusal(config) == (
        "BaseSegDataset.ignore_index must be 255 for SemanticTranslator, got 254"
    )


def crop(config: Config, domain: str, height: int, width: int) -> None:
    (step,) = [
        step
        for step in config[f"{domain}_dataloader"].dataset.pipeline
        if step["type"] == "RandomCrop"
    ]
    step["crop_size"] = (height, width)


def test_crops(config: Config) -> None:
    crop(config, "target", 64, 32)
    config.model.discriminator = dict(type="PatchDiscriminator", base_channels=2)
    config.model.semantic_weight = 0.0
    assert refusal(config) == (
        "the images of source and target must have one size after their pipelines, got 64x64 and "
        "32x64"
    )
    crop(config, "train", 64, 20)
    assert refusal(config) == (
        "the source's images must be at least 24 pixels high and wide for the discriminators, got "
        "64x20 after the pipeline"
    )
    crop(config, "train", 64, 30)
    crop(config, "target", 64, 30)
    assert refusal(config) == (
        "ResNetGenerator takes images whose sides are multiples of 4, of at least 16 pixels, got "
        "30x64"
    )


def test_a_source_without_labels(config: Config) -> None:
    steps = config.train_dataloader.dataset.pipeline
    config.train_dataloader.dataset.pipeline = [s for s in steps if s["type"] != "LoadLabelIds"]
    assert refusal(config) == (
        "the source of SemanticTranslator needs labels: its pipeline must have a step such as "
        "LoadLabelIds"
    )


@pytest.mark.parametrize("key", ["val", "test"])
def test_it_predicts_nothing(config: Config, data: Path, tmp_path: Path, key: str) -> None:
    plain = toy_training(data, tmp_path / "plain")
    for part in ("dataloader", "cfg", "evaluator"):
        config[f"{key}_{part}"] = plain[f"val_{part}"]
    config.test_cfg = dict(type="TestLoop") if key == "test" else None
    check = check_test if key == "test" else check_training
    with pytest.raises(InputError) as error:
        check(config)
    assert str(error.value) == (
        f"{key}_dataloader needs a model that predicts, got SemanticTranslator: set it to None, "
        "and its evaluator and its loop"
    )
