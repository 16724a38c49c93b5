"""A run that was cut and resumed has the weights of one that was not."""

import random
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from tests.toys import toy_training, train, write_domains
from tests.training.draws import Draws


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"))


def assert_equal(ours: object, other: object, name: str = "") -> None:
    """Bit for bit, through dicts and lists."""
    assert type(ours) is type(other), name
    if isinstance(ours, torch.Tensor):
        assert torch.equal(ours, other), name
    elif isinstance(ours, dict):
        assert ours.keys() == other.keys(), name
        for key in ours:
            assert_equal(ours[key], other[key], f"{name}.{key}")
    elif isinstance(ours, (list, tuple)):
        assert len(ours) == len(other), name
        for index, pair in enumerate(zip(ours, other, strict=True)):
            assert_equal(*pair, f"{name}.{index}")
    else:
        assert ours == other, name


def state(runner: Runner) -> dict:
    """Weights and buffers of networks and discriminators, and both optimizers."""
    state = {"model": runner.model.state_dict(), "optimizers": runner.optim_wrapper.state_dict()}
    assert any(name.startswith("adaptation.0.discriminators") for name in state["model"])
    assert any(name.endswith("running_mean") for name in state["model"])
    assert set(state["optimizers"]) == {"network", "discriminator"}
    return state


def resume(config: Config, checkpoint: Path) -> Config:
    config.load_from, config.resume = str(checkpoint), True
    return config


@pytest.mark.parametrize(("workers", "later"), [(0, 0), (2, 2), (0, 2)])
def test_resumed_run_equals_the_uninterrupted_one(data, tmp_path, workers, later):
    whole = train(toy_training(data, tmp_path / "whole", 6, workers))
    assert (tmp_path / "whole/iter_3.pth").is_file()

    # As another process: it knows the config and the checkpoint, and has drawn other numbers.
    torch.manual_seed(99)
    config = toy_training(data, tmp_path / "resumed", 6, later)
    resumed = Runner.from_cfg(resume(config, tmp_path / "whole/iter_3.pth"))
    fresh = {name: value.clone() for name, value in resumed.model.state_dict().items()}
    resumed.train()

    assert resumed.iter == 6
    assert_equal(state(resumed), state(whole))
    assert_equal(resumed.optim_wrapper.get_lr(), whole.optim_wrapper.get_lr())
    moved = [
        name for name, value in fresh.items() if not torch.equal(value, state(whole)["model"][name])
    ]
    assert {"backbone.conv1.weight", "adaptation.0.discriminators.aux.classifier.weight"} <= set(
        moved
    )


def test_mean_teacher_resumes_with_its_weights_and_number_of_updates(data, tmp_path):
    def config(name: str) -> Config:
        config = toy_training(data, tmp_path / name, 6)
        config.model.adaptation.append(dict(type="MeanTeacher", threshold=0.06))
        return config

    whole = train(config("whole"))
    torch.manual_seed(99)
    resumed = train(resume(config("resumed"), tmp_path / "whole/iter_3.pth"))
    assert_equal(state(resumed), state(whole))
    assert resumed.model.adaptation[1].updates == whole.model.adaptation[1].updates == 6
    stored = torch.load(tmp_path / "whole/iter_3.pth", weights_only=False)["state_dict"]
    assert stored["adaptation.1._extra_state"] == 3
    name = "adaptation.1.teacher.backbone.conv1.weight"
    assert not torch.equal(stored[name].cpu(), state(whole)["model"][name].cpu())


@pytest.mark.parametrize("accumulative_counts", [1, 3])
def test_checkpoints_that_a_validation_saves_again_resume_exactly(
    data, tmp_path, accumulative_counts
):
    def config(name: str) -> Config:
        config = toy_training(data, tmp_path / name, 6)
        config.train_cfg.val_interval = 3
        config.default_hooks.checkpoint.update(save_best="mean_entropy", rule="greater")
        config.optim_wrapper.accumulative_counts = accumulative_counts
        return config

    whole = train(config("whole"))
    assert (tmp_path / "whole/best_mean_entropy_iter_3.pth").is_file()
    resumed = resume(config("resumed"), tmp_path / "whole/iter_3.pth")
    assert_equal(state(train(resumed)), state(whole))


def test_run_without_a_seed_resumes_with_the_seed_of_its_checkpoint(data, tmp_path):
    config = toy_training(data, tmp_path / "whole", 6)
    config.randomness = dict(seed=None)
    whole = train(config)
    config = toy_training(data, tmp_path / "resumed", 6)
    config.randomness = dict(seed=None)
    resumed = train(resume(config, tmp_path / "whole/iter_3.pth"))
    assert_equal(state(resumed), state(whole))


def test_each_step_draws_numbers_of_its_own_which_an_interruption_keeps(data, tmp_path):
    """Those of all three generators, whatever the workers and the validations."""

    def drawn(config: Config) -> list[tuple]:
        runner = Runner.from_cfg(config)
        runner.register_hook(draws := Draws())
        runner.train()
        return draws.numbers

    whole = drawn(toy_training(data, tmp_path / "whole", 6))
    assert len({number for numbers in whole for number in numbers}) == 6 * 3
    config = toy_training(data, tmp_path / "resumed", 6, workers=1)
    config.train_cfg.val_interval = 1
    torch.manual_seed(99)
    assert drawn(resume(config, tmp_path / "whole/iter_3.pth")) == whole[3:]
    other = toy_training(data, tmp_path / "other", 6)
    other.randomness = dict(seed=4)
    assert not set(drawn(other)) & set(whole)


def test_checkpoint_that_holds_random_states_is_resumed(data, tmp_path):
    """Once all of them did."""
    whole = train(toy_training(data, tmp_path / "whole", 6))
    checkpoint = torch.load(tmp_path / "whole/iter_3.pth", weights_only=False)
    assert "uda_random_state" not in checkpoint
    checkpoint["uda_random_state"] = {
        "python": random.getstate(),
        "numpy": ("MT19937", torch.zeros(624, dtype=torch.int64), 624, 0, 0.0),
        "torch": torch.get_rng_state(),
        "cuda": [],
    }
    torch.save(checkpoint, tmp_path / "old.pth")
    config = toy_training(data, tmp_path / "resumed", 6)
    assert_equal(state(train(resume(config, tmp_path / "old.pth"))), state(whole))


def test_resuming_does_not_load_what_was_used(data, tmp_path):
    train(toy_training(data, tmp_path / "first", 3))
    config = resume(toy_training(data, tmp_path / "second", 5), tmp_path / "first/iter_3.pth")
    runner = Runner.from_cfg(config)
    loop = runner.build_train_loop(config.train_cfg)
    runner._train_loop = loop
    loaded = {"source": 0, "target": 0}
    for name, loader in (("source", loop.dataloader), ("target", loop.target_dataloader)):
        original = loader.dataset.prepare_data

        def counted(index, name=name, original=original):
            loaded[name] += 1
            return original(index)

        loader.dataset.prepare_data = counted
    runner.train()
    assert loaded == {"source": 2, "target": 2}
