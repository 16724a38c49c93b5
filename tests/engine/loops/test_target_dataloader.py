"""Where the target's loader is found: at the top level, in its place before, or in Python."""

import warnings
from types import SimpleNamespace

import pytest
from mmcv.transforms import Compose, Pad, RandomChoice, RandomFlip
from mmengine.config import Config
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from mmadvent.cli.command_line import load_config
from mmadvent.engine.loops.target_dataloader import check_unpadded, target_dataloader_of
from mmadvent.engine.loops.uda_train_loop import UDATrainLoop
from mmadvent.engine.preflight.whole_config import check_training
from mmadvent.errors import InputError
from tests.toys import toy_training, train, write_domains

WARNING = (
    "train_cfg.target_dataloader will not be read by the next version: write "
    "target_dataloader = dict(...) at the top level of the config, beside train_dataloader, and "
    "leave train_cfg = dict(type='UDATrainLoop', ...); on the command line, "
    "--cfg-options target_dataloader.KEY=VALUE"
)
LOADER = dict(batch_size=2, dataset=dict(type="A", data_root="here"))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_domains(tmp_path_factory.mktemp("data"))


def old_config(old: object, new: object = None) -> Config:
    config = Config(dict(train_cfg=dict(type="UDATrainLoop", target_dataloader=old)))
    if new is not None:
        config.target_dataloader = new
    return config


def found(config: Config) -> dict:
    """The loader that is taken, with the warning checked; nothing is left in the old place."""
    with pytest.warns(FutureWarning) as caught:
        loader = target_dataloader_of(config)
    assert [str(one.message) for one in caught] == [WARNING]
    assert "target_dataloader" not in config.train_cfg
    assert config.target_dataloader is loader
    with warnings.catch_warnings():  # said once
        warnings.simplefilter("error")
        assert target_dataloader_of(config) is loader
    return loader


def test_the_old_place_is_read_with_a_warning() -> None:
    assert found(old_config(LOADER)) == LOADER


def test_a_whole_loader_in_the_old_place_wins_as_it_did() -> None:
    other = dict(batch_size=1, dataset=dict(type="B", fog=1))
    assert found(old_config(LOADER, other)) == LOADER


def test_single_settings_in_the_old_place_are_merged() -> None:
    loader = found(old_config(dict(dataset=dict(data_root="there")), LOADER))
    assert loader == dict(batch_size=2, dataset=dict(type="A", data_root="there"))
    assert found(old_config(dict(batch_size=7), LOADER)) == dict(LOADER, batch_size=7)


def test_a_data_set_that_replaces_that_of_a_base_leaves_the_rest() -> None:
    dataset = dict(_delete_=True, type="B", suffix=".png")
    loader = found(old_config(dict(num_workers=0, dataset=dataset), LOADER))
    assert loader == dict(batch_size=2, num_workers=0, dataset=dict(type="B", suffix=".png"))


@pytest.mark.parametrize("loader", [None, {}])
def test_an_empty_loader_is_none(loader: dict | None) -> None:
    configs = (Config(dict(target_dataloader=loader)), old_config(loader), old_config(loader, {}))
    for config in configs:
        with pytest.raises(InputError) as error:
            target_dataloader_of(config)
        assert str(error.value).startswith(
            "target_dataloader must be the dataloader of the unlabelled target images, got "
        )


@pytest.mark.parametrize("loader", [dict(dataset=dict()), DataLoader([1])])
def test_a_loader_from_python_passes(loader: dict | DataLoader) -> None:
    for config in (Config(), Config(dict(target_dataloader=LOADER))):
        assert target_dataloader_of(config, loader) is loader


def test_a_config_in_the_old_form_trains_to_the_same_weights(data, tmp_path) -> None:
    new = toy_training(data, tmp_path / "new", max_iters=2)
    old = toy_training(data, tmp_path / "old", max_iters=2)
    old.train_cfg.target_dataloader = old.pop("target_dataloader")
    expected = train(new).model.state_dict()
    with pytest.warns(FutureWarning, match="write target_dataloader = dict"):
        runner = train(old)
    assert isinstance(runner.train_loop, UDATrainLoop)
    weights = runner.model.state_dict()
    assert all(bool((weights[name] == value).all()) for name, value in expected.items())


def test_a_runner_from_python_takes_the_argument(data, tmp_path) -> None:
    config = toy_training(data, tmp_path)
    loader = config.pop("target_dataloader")
    runner = Runner.from_cfg(config)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        loop = runner.build_train_loop(dict(config.train_cfg, target_dataloader=loader))
    assert len(loop.target_dataloader.dataset) == 4


def test_the_command_lines_read_the_old_form(data, tmp_path) -> None:
    """In files and options, whichever of them has which form."""
    config = toy_training(data, tmp_path / "work")
    config.dump(tmp_path / "new.py")
    config.train_cfg.target_dataloader = config.pop("target_dataloader")
    config.dump(tmp_path / "old.py")
    for file, key in (("old", ""), ("old", "train_cfg."), ("new", "train_cfg.")):
        options = {f"{key}target_dataloader.dataset.pseudo_labels": "labels"}
        with pytest.warns(FutureWarning, match="write target_dataloader = dict"):
            loaded = load_config(str(tmp_path / f"{file}.py"), options)
        assert "target_dataloader" not in loaded.train_cfg
        assert loaded.target_dataloader.dataset.pseudo_labels == "labels"
        assert loaded.target_dataloader.dataset.type == "UnlabelledImagesDataset"
    with pytest.warns(FutureWarning):
        check_training(config)


def test_a_pipeline_that_pads_is_refused() -> None:
    class Data:
        def __init__(self, *steps: object) -> None:
            self.pipeline = Compose(list(steps))

    class Both:
        def __init__(self, *datasets: object) -> None:
            self.datasets = datasets

    plain, padded = Data(RandomFlip(prob=0.5)), Data(RandomFlip(prob=0.5), Pad(size=(8, 8)))
    inside = Data(RandomChoice([[RandomFlip(prob=0.5)], [Pad(size=(8, 8))]]))
    listed = SimpleNamespace(dataset=plain, pipeline=[Pad(size=(8, 8))])  # MultiImageMixDataset
    check_unpadded(plain)
    check_unpadded(Both(plain, plain))
    check_unpadded(Data(RandomChoice([[RandomFlip(prob=0.5)]])))
    for dataset in (padded, Both(plain, padded), inside, listed):
        with pytest.raises(InputError) as error:
            check_unpadded(dataset)
        assert str(error.value) == (
            "target_dataloader.dataset.pipeline must have no Pad, whose padding would count as "
            "image: set model.data_preprocessor.size or size_divisor, whose padding does not"
        )
