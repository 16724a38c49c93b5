"""What is wrong in one part of a config is one sentence."""

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DATASETS, MODELS, init_default_scope

from mmadvent.engine.parts import (
    build_loader,
    build_part,
    check_parts,
    first_sample,
    switch_off_idle_workers,
    told_of,
)
from mmadvent.errors import InputError
from tests.toys import toy_training


@pytest.fixture
def config(tmp_path: Path) -> Config:
    init_default_scope("mmseg")
    return toy_training(tmp_path, tmp_path / "work")


def refused(config: Config, **changes: Any) -> str:
    config.merge_from_dict(changes)
    with pytest.raises(InputError) as caught:
        check_parts(config)
    return str(caught.value)


def test_a_right_config_is_left_as_it_is(config: Config) -> None:
    config.default_hooks.visualization = dict(type="SegVisualizationHook")  # in mmseg's scope
    before = config.to_dict()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_parts(config)
    assert config.to_dict() == before


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        (
            "train_cfg.type",
            "UDATrainLop",
            "train_cfg.type must be registered in 'loop', got 'UDATrainLop'",
        ),
        (
            "train_cfg.max_iter",
            4,
            "train_cfg cannot be built: UDATrainLoop got an unexpected keyword argument 'max_iter'",
        ),
        ("train_cfg.max_iters", -1, "train_cfg.max_iters must be a whole number >= 1, got -1"),
        ("train_cfg.val_begin", -1, "train_cfg.val_begin must be a whole number >= 0, got -1"),
        ("val_cfg.max_epochs", 0.5, "val_cfg.max_epochs must be a whole number >= 1, got 0.5"),
        (
            "val_cfg",
            None,
            "val_dataloader, val_cfg, val_evaluator must be given together or not at all, got no "
            "val_cfg",
        ),
        ("val_cfg", "ValLoop", "val_cfg must be a dict, got 'ValLoop'"),
        ("val_evaluator", [["IoUMetric"]], "val_evaluator must be a dict, got ['IoUMetric']"),
        (
            "val_evaluator.0.type",
            "IoU",
            "val_evaluator.type must be registered in 'metric', got 'IoU'",
        ),
        (
            "optim_wrapper.optimizer.weight_decy",
            0.1,
            "optim_wrapper.optimizer cannot be built: SGD got an unexpected keyword argument "
            "'weight_decy'",
        ),
        (
            "optim_wrapper.type",
            "OptimWraper",
            "optim_wrapper.type must be registered in 'optim_wrapper', got 'OptimWraper'",
        ),
        (
            "optim_wrapper.discriminator.type",
            "AmpWrapper",
            "optim_wrapper.discriminator.type must be registered in 'optim_wrapper', got "
            "'AmpWrapper'",
        ),
        (
            "optim_wrapper.discriminator.optimizer",
            3,
            "optim_wrapper.discriminator.optimizer must be a dict, got 3",
        ),
        (
            "param_scheduler.0.powr",
            1,
            "param_scheduler cannot be built: PolyParamScheduler.__init__() got an unexpected "
            "keyword argument 'powr'",
        ),
        (
            "default_hooks.logger.intervall",
            1,
            "default_hooks.logger cannot be built: LoggerHook got an unexpected keyword argument "
            "'intervall'",
        ),
        (
            "param_scheduler.0.power",
            "x",
            "a step of param_scheduler cannot be made: unsupported operand type(s) for ** or "
            "pow(): 'float' and 'str'",
        ),
        (
            "default_hooks.logger.interval",
            0,
            "default_hooks.logger.interval must be a whole number >= 1, got 0",
        ),
        (
            "default_hooks.checkpoint.interval",
            "x",
            "default_hooks.checkpoint.interval must be a whole number >= 1, or -1 for never, got "
            "'x'",
        ),
        (
            "custom_hooks",
            [dict(type="PeakMemryHook")],
            "custom_hooks.type must be registered in 'hook', got 'PeakMemryHook'",
        ),
        (
            "custom_hooks",
            [dict(type="PeakMemoryHook", priority="soon")],
            "custom_hooks.priority must be a whole number from 0 to 100, or one of HIGHEST, "
            "VERY_HIGH, HIGH, ABOVE_NORMAL, NORMAL, BELOW_NORMAL, LOW, VERY_LOW, LOWEST, got "
            "'soon'",
        ),
        (
            "default_hooks.logger.priority",
            101,
            "default_hooks.logger.priority must be a whole number from 0 to 100, or one of "
            "HIGHEST, VERY_HIGH, HIGH, ABOVE_NORMAL, NORMAL, BELOW_NORMAL, LOW, VERY_LOW, LOWEST, "
            "got 101",
        ),
    ],
)  # fmt: skip
def test_what_the_runner_would_build_later(
    config: Config, key: str, value: Any, sentence: str
) -> None:
    assert refused(config, **{key: value}) == sentence


@pytest.mark.parametrize("priority", [49, "very_low", None])
def test_the_runner_takes_the_priority_of_a_hook(config: Config, priority: int | str) -> None:
    config.custom_hooks = [dict(type="PeakMemoryHook", priority=priority)]
    config.default_hooks.logger.priority = priority
    check_parts(config)


@pytest.mark.parametrize(
    ("schedules", "name"), [({}, "network"), (dict(network=[]), "discriminator")]
)
def test_schedules_by_the_optimizers_names(config: Config, schedules: dict, name: str) -> None:
    config.param_scheduler = schedules
    assert refused(config) == (
        "param_scheduler must be a list, or a dict that has a list for each optimizer, got none "
        f"for {name}"
    )


def test_schedules_by_names_where_there_is_one_optimizer(config: Config) -> None:
    config.optim_wrapper.discriminator = None
    config.param_scheduler = dict(network=config.param_scheduler)
    assert refused(config) == (
        "param_scheduler must be a list where optim_wrapper has one optimizer, got a dict of "
        "network"
    )


def test_a_part_names_its_place_and_keeps_our_own_sentences() -> None:
    init_default_scope("mmseg")
    with pytest.raises(InputError, match=r"^model must be a dict, got 3$"):
        build_part(MODELS, 3, "model")
    with pytest.raises(InputError) as caught:
        build_part(DATASETS, dict(type="GTA5Datset"), "train_dataloader.dataset")
    assert str(caught.value) == (
        "train_dataloader.dataset cannot be built: GTA5Datset is not in the mmseg::dataset registry"
    )
    with pytest.raises(InputError) as caught:
        build_part(MODELS, dict(type="EntropyLoss", loss_weight=-1), "loss")
    assert str(caught.value) == "loss_weight must be a finite number >= 0, got -1"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("img"), "a: KeyError img"),
        (KeyError("x is not here. Please check that"), "a: x is not here"),
        (TypeError("f() takes\n  two"), "a: f() takes two"),
        (AssertionError(), "a: AssertionError"),
        (RuntimeError("mat1 and mat2"), "a: mat1 and mat2"),
    ],
)
def test_reasons(error: Exception, told: str) -> None:
    with pytest.raises(InputError) as caught, told_of("a"):
        raise error
    assert str(caught.value) == told


def test_errors_of_the_system_pass() -> None:
    with pytest.raises(FileNotFoundError), told_of("a"):
        raise FileNotFoundError("no.pth")


def test_loaders() -> None:
    data = torch.utils.data.TensorDataset(torch.zeros(3))
    sampler = dict(type="DefaultSampler", shuffle=False)
    assert len(build_loader(dict(batch_size=1, sampler=sampler), data, "x_dataloader")) == 3
    for settings, reason in (
        (dict(batch_size=0), "batch_size should be a positive integer value, but got batch_size=0"),
        (dict(batchsize=1), "DataLoader.__init__() got an unexpected keyword argument 'batchsize'"),
        (dict(sampler=dict(type="Samplr")), "Samplr is not in the mmengine::data sampler registry"),
    ):
        with pytest.raises(InputError) as caught:
            build_loader(dict(sampler=sampler) | settings, data, "x_dataloader")
        assert str(caught.value).startswith("x_dataloader cannot be built: ")
        assert reason in str(caught.value) or "Samplr is not in" in str(caught.value)


def test_loaders_have_a_batch_size() -> None:
    data = torch.utils.data.TensorDataset(torch.zeros(3))
    settings = dict(batch_size=None, sampler=dict(type="DefaultSampler", shuffle=False))
    with pytest.raises(InputError) as caught:
        build_loader(settings, data, "x_dataloader")
    assert str(caught.value) == "x_dataloader.batch_size must be a whole number >= 1, got None"


def test_a_sample_is_packed() -> None:
    packed = dict(inputs=torch.zeros(1), data_samples=None)
    assert first_sample([packed], "x_dataloader") is packed
    for sample, lacks in (({}, "inputs"), ([3], "inputs"), (dict(inputs=1), "data_samples")):
        with pytest.raises(InputError) as caught:
            first_sample([sample], "x_dataloader")
        assert str(caught.value) == (
            "x_dataloader.dataset.pipeline must end in a step that packs inputs and data_samples, "
            f"such as PackSegInputs or PackDetInputs, got samples without {lacks}"
        )


def test_samplers_are_dicts() -> None:
    data = torch.utils.data.TensorDataset(torch.zeros(3))
    with pytest.raises(InputError, match=r"^x_dataloader.sampler must be a dict, got 'x'$"):
        build_loader(dict(batch_size=1, sampler="x"), data, "x_dataloader")


def test_persistent_workers_need_workers() -> None:
    idle, busy = dict(persistent_workers=True), dict(persistent_workers=True, num_workers=2)
    config = Config(dict(train_dataloader=idle, val_dataloader=busy, test_dataloader=None))
    switch_off_idle_workers(config)
    assert "persistent_workers" not in config.train_dataloader
    assert config.val_dataloader.persistent_workers
