"""What a whole config is checked for before a run writes anything."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mmadvent.engine.preflight import check_test, check_training
from mmadvent.errors import InputError
from tests.toys import toy_training, write_domains


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"), source=1, target=1, val=1)


@pytest.fixture
def config(data: Path, tmp_path: Path) -> Config:
    config = toy_training(data, tmp_path / "run")
    config.test_dataloader, config.test_evaluator = config.val_dataloader, config.val_evaluator
    config.test_cfg = dict(type="TestLoop")
    return config


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


@pytest.mark.parametrize("device", ["cpu", "mps"])
def test_mixed_precision_of_an_accelerator(
    config: Config, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmadvent.engine.preflight.get_device", lambda: device)
    config.optim_wrapper.type = "AmpOptimWrapper"
    assert f"this machine offers '{device}'" in refusal(config)


def test_the_weights_that_it_starts_from(config: Config) -> None:
    config.load_from = "no.pth"
    assert refusal(config) == "the checkpoint 'no.pth' does not exist"


@pytest.mark.parametrize("domain", ["train", "val"])
def test_classes_are_those_of_both_labeled_sets(config: Config, domain: str) -> None:
    dataset = config[f"{domain}_dataloader"].dataset
    dataset.metainfo = dict(classes=("road", "car"))
    assert refusal(config) == (
        f"model.decode_head.num_classes must be the number of classes of {dataset.type}, 2, got 19"
    )


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
    del config.optim_wrapper["constructor"], config.optim_wrapper["discriminator"]
    check_training(Config(config.to_dict() | dict(resume=True)))
    checkpoint = tmp_path / "source.pth"
    torch.save(dict(state_dict={}), checkpoint)
    check_training(Config(config.to_dict() | dict(load_from=str(checkpoint))))


def test_initial_weights_are_fetched_before_the_run(config: Config) -> None:
    config.model.backbone.init_cfg = dict(type="Pretrained", checkpoint="no.pth")
    assert refusal(config).startswith("the initial weights 'no.pth' cannot be fetched (")


def test_a_test(config: Config, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="^the checkpoint 'no.pth' does not exist$"):
        check_test(config, "no.pth")
    path = str(tmp_path / "weights.pth")
    torch.save({"state_dict": {}}, path)
    check_test(config, path)
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
