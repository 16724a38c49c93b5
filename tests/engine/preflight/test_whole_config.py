"""What a whole config is checked for before a run writes anything."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from mmengine.config import Config

from mmadvent.engine import UDATrainLoop
from mmadvent.engine.preflight.start import Start
from mmadvent.engine.preflight.whole_config import check_test, check_training
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import network_part
from mmadvent.segmentation.datasets.cityscapes_classes import CLASSES as CITYSCAPES_CLASSES
from tests.toys import build_segmentor, toy_training, write_domains


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"), source=1, target=1, val=1)


@pytest.fixture
def config(data: Path, tmp_path: Path) -> Config:
    config = toy_training(data, tmp_path / "run")
    config.test_dataloader, config.test_evaluator = config.val_dataloader, config.val_evaluator
    config.test_cfg = dict(type="TestLoop")
    return config


def network_weights(config: Config) -> dict:
    return network_part(build_segmentor(config.model).state_dict())


def refusal(config: Config) -> str:
    with pytest.raises(InputError) as error:
        check_training(config)
    assert not Path(config.work_dir).exists()
    return str(error.value)


def test_a_good_config_passes_and_nothing_is_written(config: Config, tmp_path: Path) -> None:
    check_training(config)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("key", ["model", "train_dataloader", "train_cfg", "optim_wrapper"])
def test_keys_of_a_training(config: Config, key: str) -> None:
    config[key] = None
    assert refusal(config) == (
        "a config for training must have model, train_dataloader, train_cfg, optim_wrapper, "
        f"got no {key}"
    )


@pytest.mark.parametrize("kind", ["UDATrainLoop", "mmengine.UDATrainLoop", UDATrainLoop])
def test_the_target_is_checked_however_the_loop_is_written(config: Config, kind: Any) -> None:
    config.train_cfg.type = kind
    check_training(config)
    config.target_dataloader.dataset.pipeline.insert(1, dict(type="Pad", size=(96, 96)))
    assert refusal(config).startswith("target_dataloader.dataset.pipeline must have no Pad, ")


def test_padding_of_the_source_counts_as_image_to_discriminators(config: Config) -> None:
    config.train_dataloader.dataset.pipeline.insert(1, dict(type="Pad", size=(96, 96)))
    assert refusal(config) == (
        "train_dataloader.dataset.pipeline must have no Pad, whose padding would count as image: "
        "set model.data_preprocessor.size or size_divisor, whose padding does not"
    )
    # What looks at the target alone, and a training without one, do without.
    discriminator = config.optim_wrapper.pop("discriminator")
    for key in ("constructor", "network_constructor"):
        config.optim_wrapper.pop(key, None)
    config.model.adaptation = [dict(type="MinEnt")]
    check_training(config)
    config.model.adaptation = [dict(type="AdvEnt", loss_weight=0.0), dict(type="MinEnt")]
    config.optim_wrapper.discriminator = discriminator
    check_training(config)
    config.model.type = "EncoderDecoder"
    config.model.pop("adaptation")
    config.train_cfg = dict(type="IterBasedTrainLoop", max_iters=1)
    config.optim_wrapper.discriminator = None
    for key in ("constructor", "network_constructor"):
        config.optim_wrapper.pop(key, None)
    check_training(config)


@pytest.mark.parametrize("device", ["cpu", "mps"])
def test_mixed_precision_of_an_accelerator(
    config: Config, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmadvent.engine.preflight.whole_config.get_device", lambda: device)
    config.optim_wrapper.type = "mmengine.AmpOptimWrapper"
    assert f"this machine offers '{device}'" in refusal(config)


def test_the_weights_that_it_starts_from(config: Config) -> None:
    config.load_from = "no.pth"
    assert refusal(config) == "the checkpoint 'no.pth' does not exist"


def test_weights_of_another_network(config: Config, tmp_path: Path) -> None:
    """Those of methods may be missing and of others; the network's may not."""
    config.load_from = str(tmp_path / "weights.pth")
    weights = network_weights(config)
    torch.save(weights | {"adaptation.0.other": torch.ones(1)}, config.load_from)
    assert check_training(config) == Start(config.load_from, False)
    del weights["backbone.conv1.weight"]
    torch.save(weights | {"neck.weight": torch.ones(1)}, config.load_from)
    assert refusal(config) == (
        f"the checkpoint '{config.load_from}' is not of the config's model: it lacks "
        "'backbone.conv1.weight' (8, 3, 7, 7); it has 'neck.weight' (1,), which the model lacks"
    )


def test_a_work_directory_that_is_a_file(config: Config, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    config.work_dir = str(tmp_path / "file" / "run")
    assert refusal(config) == (
        f"the work directory '{config.work_dir}' must be a folder, but '{tmp_path}/file' is a file"
    )


def test_a_disk_without_room_for_a_checkpoint(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: SimpleNamespace(free=2**20))
    assert refusal(config) == (
        f"the work directory '{config.work_dir}' must be on a disk with at least 2 MiB free, got "
        "1 MiB"
    )


@pytest.mark.parametrize("domain", ["train", "val"])
def test_classes_are_those_of_both_labeled_sets(config: Config, domain: str) -> None:
    dataset = config[f"{domain}_dataloader"].dataset
    dataset.metainfo = dict(classes=("road", "car"))
    assert refusal(config) == (
        f"model.decode_head.num_classes must be the number of classes of {dataset.type}, 2, got 19"
    )


def test_classes_have_one_order(config: Config, tmp_path: Path) -> None:
    names = list(CITYSCAPES_CLASSES)
    names[:2] = names[1::-1]
    path = str(tmp_path / "weights.pth")
    meta = dict(dataset_meta=dict(classes=tuple(names)))
    torch.save(dict(state_dict=network_weights(config), meta=meta), path)
    with pytest.raises(InputError) as error:
        check_test(config, path)
    assert str(error.value) == (
        f"the classes of test_dataloader and '{path}' must have one order, got 'road' as number 0 "
        "and 1"
    )
    config.val_dataloader.dataset.metainfo = dict(classes=names)
    assert refusal(config) == (
        "the classes of train_dataloader and val_dataloader must have one order, got 'road' as "
        "number 0 and 1"
    )
    del config.val_dataloader.dataset.metainfo
    config.load_from = path
    sentence = f"and '{path}' must have one order, got 'road' as number 0 and 1"
    assert refusal(config) == f"the classes of train_dataloader {sentence}"
    config.train_cfg.source_free, config.model.adaptation = True, [dict(type="MinEnt")]
    for key in ("constructor", "network_constructor", "discriminator"):
        config.optim_wrapper.pop(key, None)
    assert refusal(config) == f"the classes of val_dataloader {sentence}"


def test_pixels_without_a_class(config: Config) -> None:
    config.model.decode_head.ignore_index = 254
    assert refusal(config) == (
        "model.decode_head.ignore_index must be that of GTA5Dataset, 255, got 254"
    )


def test_a_sample_of_each_domain_is_read(config: Config, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.png").write_text("not a picture")
    config.target_dataloader.dataset.update(
        data_root=str(tmp_path), data_prefix=dict(img_path="images")
    )
    with pytest.raises(InputError, match="images/a.png' cannot be read"):
        check_training(config)


def test_a_training_without_a_source_does_not_open_one(config: Config, tmp_path: Path) -> None:
    config.train_cfg.source_free = True
    config.train_dataloader.dataset.data_root = "nowhere"
    assert refusal(config) == (
        "train_cfg.source_free=True needs methods in model.adaptation that learn from the target "
        "alone, such as InformationMaximization, got AdvEnt"
    )
    config.model.adaptation = [dict(type="MinEnt")]
    # From nothing, it would learn nothing.
    assert refusal(config) == (
        "train_cfg.source_free=True needs load_from, the checkpoint of a network that was trained "
        "on the source, got none"
    )
    for key in ("constructor", "network_constructor", "discriminator"):
        config.optim_wrapper.pop(key, None)
    config.resume = True  # there is nothing to resume
    assert refusal(config).endswith("on the source, got none")
    checkpoint = tmp_path / "source.pth"
    torch.save(dict(state_dict=network_weights(config)), checkpoint)
    config.load_from = str(checkpoint)
    assert check_training(config) == Start(str(checkpoint), False)


@pytest.mark.parametrize("domain", ["train", "target", "val"])
def test_a_pipeline_that_packs_nothing(config: Config, domain: str) -> None:
    config[f"{domain}_dataloader"].dataset.pipeline = []
    assert refusal(config) == (
        f"{domain}_dataloader.dataset.pipeline must end in a step that packs inputs and "
        "data_samples, such as PackSegInputs or PackDetInputs, got samples without inputs"
    )


def test_what_it_reports_with(config: Config) -> None:
    config.visualizer.type = "NoSuchVisualizer"
    sentence = "visualizer.type must be registered in 'visualizer', got 'NoSuchVisualizer'"
    assert refusal(config) == sentence
    with pytest.raises(InputError) as error:
        check_test(config)
    assert str(error.value) == sentence


def test_initial_weights_are_fetched_before_the_run(config: Config) -> None:
    config.model.backbone.init_cfg = dict(type="Pretrained", checkpoint="no.pth")
    assert refusal(config).startswith("the initial weights 'no.pth' cannot be fetched (")


def test_a_test(config: Config, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="^the checkpoint 'no.pth' does not exist$"):
        check_test(config, "no.pth")
    path = str(tmp_path / "weights.pth")
    torch.save({}, path)
    with pytest.raises(
        InputError, match=f"^the checkpoint '{path}' is not of the config's model: "
    ):
        check_test(config, path)
    weights = network_weights(config)
    torch.save({"state_dict": weights}, path)
    check_test(config, path)
    check_test(
        Config(config.to_dict() | dict(model=dict(type="SegTTAModel", module=config.model))), path
    )
    name = "decode_head.branches.0.weight"
    torch.save({"state_dict": weights | {name: torch.ones(2, 64, 3, 3)}}, path)
    with pytest.raises(InputError) as error:
        check_test(config, path)
    assert str(error.value) == (
        f"the checkpoint '{path}' is not of the config's model: '{name}' has the shape "
        "(2, 64, 3, 3) instead of (19, 64, 3, 3)"
    )
    check_test(config)  # a model that has read its own
    config.test_dataloader.dataset.metainfo = dict(classes=("road",))
    with pytest.raises(InputError, match="number of classes of RawCityscapesDataset, 1, got 19"):
        check_test(config, path)
    config.test_evaluator = None
    with pytest.raises(InputError) as error:
        check_test(config, path)
    assert str(error.value) == (
        "a config for testing must have model, test_dataloader, test_cfg, test_evaluator, got no "
        "test_evaluator"
    )
