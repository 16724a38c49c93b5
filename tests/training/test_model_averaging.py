"""Runs with averaged weights: what is averaged, validated, saved, resumed, tested and exported."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmadvent.compat import allow_training_state
from tests.tools.commands import TOOLS, run_here
from tests.toys import CONFIGS, toy_training, train, write_domains

MOMENTUM = 0.3


class KeepWeights(Hook):
    """Keep what every iteration ends with."""

    def __init__(self) -> None:
        self.weights: list[dict[str, torch.Tensor]] = []

    def after_train_iter(self, runner: Runner, *args: object, **kwargs: object) -> None:
        state = runner.model.state_dict()
        self.weights.append({name: value.cpu().clone() for name, value in state.items()})


def averaged(data: Path, work_dir: Path) -> Config:
    """A toy training with the hook of the base config."""
    config = toy_training(data, work_dir, 6)
    hook = Config.fromfile(CONFIGS / "_base_/model_averaging.py").model_averaging_hook
    config.custom_hooks.append(dict(hook, momentum=MOMENTUM))
    config.train_cfg.val_interval = 6
    return config


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, KeepWeights]:
    """Six iterations with a checkpoint at 3 and a validation at 6."""
    config = averaged(data, tmp_path_factory.mktemp("run"))
    runner, keep = Runner.from_cfg(config), KeepWeights()
    runner.register_hook(keep)
    runner.train()
    return config, keep


def checkpoint(config: Config, iteration: int) -> dict:
    allow_training_state()
    path = Path(config.work_dir) / f"iter_{iteration}.pth"
    return torch.load(path, map_location="cpu", weights_only=True)


def entropy_of(config: Config, file: Path, work_dir: Path, **test_cfg: Any) -> float:
    """The mean entropy of a checkpoint, tested by a config of a training."""
    settings = config.copy()
    settings.work_dir = str(work_dir)
    settings.experiment_name = f"{config.experiment_name}_{work_dir.name}"
    settings.load_from = str(file)
    settings.test_dataloader = settings.val_dataloader
    settings.test_cfg = dict(type="TestLoop") | test_cfg
    settings.test_evaluator = settings.val_evaluator
    return Runner.from_cfg(settings).test()["mean_entropy"]


def test_checkpoints_hold_the_average_and_beside_it_the_weights(run):
    config, keep = run
    for iteration in (3, 6):
        saved = checkpoint(config, iteration)
        for name, average in saved["state_dict"].items():
            history = [weights[name] for weights in keep.weights[:iteration]]
            assert torch.equal(saved["ema_state_dict"][f"module.{name}"], history[-1]), name
            if not average.is_floating_point():
                continue
            # Weighted sum of the history, the first iteration with what is left of 1.
            expected = (1 - MOMENTUM) ** (iteration - 1) * history[0].double()
            for step, value in enumerate(history[1:], start=2):
                expected += MOMENTUM * (1 - MOMENTUM) ** (iteration - step) * value.double()
            torch.testing.assert_close(average.double(), expected, rtol=1e-5, atol=1e-6, msg=name)
    first, *_, last = keep.weights
    moved = [name for name in first if not torch.equal(first[name], last[name])]
    for kind in ("backbone.conv1.weight", "running_mean", "adaptation.0.discriminators"):
        assert any(kind in name for name in moved), kind


def test_resumed_run_equals_the_uninterrupted_one(run, data, tmp_path):
    whole, _ = run
    config = averaged(data, tmp_path)
    config.load_from, config.resume = str(Path(whole.work_dir) / "iter_3.pth"), True
    torch.manual_seed(99)
    train(config)
    ours, expected = checkpoint(config, 6), checkpoint(whole, 6)
    for kind in ("state_dict", "ema_state_dict"):
        assert ours[kind].keys() == expected[kind].keys()
        for name, value in expected[kind].items():
            assert torch.equal(ours[kind][name], value), (kind, name)
    assert ours["ema_state_dict"]["steps"] == 6


def test_validation_and_test_measure_the_average(run, data, tmp_path):
    config, keep = run
    (log,) = Path(config.work_dir).glob("*/vis_data/scalars.json")
    validation = json.loads(log.read_text().splitlines()[-1])

    plain = toy_training(data, tmp_path)  # as one who does not know of the average
    average = Path(config.work_dir) / "iter_6.pth"
    last = tmp_path / "last.pth"
    torch.save(dict(state_dict=keep.weights[-1], meta={}), last)
    assert entropy_of(config, average, tmp_path / "a") == validation["mean_entropy"]
    assert entropy_of(plain, average, tmp_path / "b") == validation["mean_entropy"]
    assert entropy_of(plain, last, tmp_path / "c") != validation["mean_entropy"]


def test_adaptation_at_test_time_starts_from_the_average_and_is_saved(run, data, tmp_path):
    config, _ = run
    average = Path(config.work_dir) / "iter_6.pth"
    adapting = dict(
        type="TestTimeAdaptationLoop", steps=2, optim_wrapper=dict(optimizer=dict(lr=0.1))
    )
    measured, saved = [], []
    for name, settings in (("averaged", config), ("plain", toy_training(data, tmp_path))):
        file = tmp_path / f"{name}.pth"
        measured.append(
            entropy_of(settings, average, tmp_path / name, **adapting, save_as=str(file))
        )
        saved.append(torch.load(file)["state_dict"])
    assert measured[0] == measured[1]
    start = torch.load(average)["state_dict"]
    for name, value in saved[0].items():
        assert torch.equal(value, saved[1][name]), name
    norm = "backbone.bn1.weight"
    assert not torch.equal(saved[0][norm], start[norm])


def test_export_takes_the_average(run, tmp_path):
    config, _ = run
    settings = config.copy()
    settings.test_pipeline = [dict(type="LoadImageFromFile"), dict(type="PackSegInputs")]
    settings.dump(tmp_path / "toy.py")
    trained = Path(config.work_dir) / "iter_6.pth"
    run_here(TOOLS / "export.py", tmp_path / "toy.py", trained, tmp_path / "out")
    exported = torch.load(tmp_path / "out/toy.pth", weights_only=True)
    assert set(exported) == {"meta", "state_dict"}
    average = checkpoint(config, 6)["state_dict"]
    assert set(exported["state_dict"]) == {n for n in average if not n.startswith("adaptation.")}
    for name, value in exported["state_dict"].items():
        assert torch.equal(value, average[name]), name
