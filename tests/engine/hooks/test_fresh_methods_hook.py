"""Discriminators and teachers of a run are its own, unless it is resumed."""

import copy
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

from tests.toys import SMALL_ADVENT, toy_training, write_domains

ADAPTSEGNET = SMALL_ADVENT | dict(type="AdaptSegNet")
TEACHER = dict(type="MeanTeacher")
AVERAGE = dict(type="EMAHook")


class Start(Hook):
    """Keeps what a training begins with."""

    priority = "LOWEST"

    def before_train(self, runner: Runner) -> None:
        self.state = copy.deepcopy(runner.model.state_dict())
        self.updates = [getattr(method, "updates", 0) for method in runner.model.adaptation]


def begun(config: Config) -> Start:
    """Train by a config, and what that began with."""
    runner = Runner.from_cfg(config)
    runner.register_hook(start := Start())
    runner.train()
    return start


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"), 1, 1, 1)


def config_of(data: Path, work_dir: Path, *methods: dict, max_iters: int = 1) -> Config:
    config = toy_training(data, work_dir, max_iters)
    config.model.adaptation = list(methods)
    return config


def split(state: dict[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The network's part and the methods'."""
    methods = {name: value for name, value in state.items() if name.startswith("adaptation.")}
    return {name: value for name, value in state.items() if name not in methods}, methods


def assert_equal(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> None:
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert torch.equal(value, theirs[name]), name


@pytest.mark.parametrize("hooks", [(), (AVERAGE,)])
def test_a_start_takes_the_network_alone(data: Path, tmp_path: Path, hooks: tuple) -> None:
    begun(config_of(data, tmp_path / "advent", SMALL_ADVENT, TEACHER))
    file = tmp_path / "advent/iter_1.pth"
    fresh = begun(config_of(data, tmp_path / "fresh", ADAPTSEGNET, TEACHER))

    config = config_of(data, tmp_path / "started", ADAPTSEGNET, TEACHER)
    config.custom_hooks += hooks
    config.load_from = str(file)
    started = begun(config)
    stored = torch.load(file)["state_dict"]
    network, methods = split(started.state)
    assert_equal(network, split(stored)[0])
    assert_equal(methods, split(fresh.state)[1])
    assert started.updates == [0, 0]
    assert int(stored["adaptation.1._extra_state"]) == 1


def test_a_resumed_run_goes_on_with_its_own(data: Path, tmp_path: Path) -> None:
    begun(config_of(data, tmp_path, SMALL_ADVENT, TEACHER))
    config = config_of(data, tmp_path, SMALL_ADVENT, TEACHER, max_iters=2)
    config.resume, config.load_from = True, str(tmp_path / "iter_1.pth")
    resumed = begun(config)
    assert_equal(resumed.state, torch.load(config.load_from)["state_dict"])
    assert resumed.updates == [0, 1]


def test_weights_of_a_wrapper_and_without_a_dict_around_them(data: Path, tmp_path: Path) -> None:
    begun(config_of(data, tmp_path / "advent", SMALL_ADVENT))
    weights = torch.load(tmp_path / "advent/iter_1.pth")["state_dict"]
    torch.save({f"module.{name}": v for name, v in weights.items()}, tmp_path / "bare.pth")
    config = config_of(data, tmp_path / "started", ADAPTSEGNET)
    config.load_from = str(tmp_path / "bare.pth")
    network, methods = split(begun(config).state)
    assert_equal(network, split(weights)[0])
    fresh = begun(config_of(data, tmp_path / "fresh", ADAPTSEGNET))
    assert_equal(methods, split(fresh.state)[1])
