"""A resumed run follows its config, as a run does that had it from the start."""

from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper, OptimWrapperDict

from mmadvent.engine.hooks.resumed_schedule_hook import ResumedScheduleHook
from mmadvent.errors import InputError
from tests.small_runs import small_run


class Rates(Hook):
    """Notes what the optimizer steps with."""

    def __init__(self) -> None:
        self.seen: list[tuple] = []

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        groups = runner.optim_wrapper.optimizer.param_groups
        self.seen.append(tuple((g["lr"], g["momentum"], g["weight_decay"]) for g in groups))
        assert runner.optim_wrapper.get_lr()["lr"][-1] > 0


def rates(folder: Path, **settings: Any) -> list[tuple]:
    run = small_run(folder, **settings)
    run.register_hook(hook := Rates())
    run.train()
    return hook.seen


def poly(end: int) -> list[dict]:
    warm_up = dict(type="LinearLR", start_factor=0.1, begin=0, end=2, by_epoch=False)
    return [warm_up, dict(type="PolyLR", power=0.9, begin=2, end=end, by_epoch=False)]


def optimizer(**changes: float) -> dict:
    return dict(optimizer=dict(type="SGD", lr=0.01, momentum=0.9, weight_decay=1e-4) | changes)


# Two groups of parameters: mmengine keeps a third, which it logs the rate of.
HALVES = dict(custom_keys=dict(bias=dict(lr_mult=2.0)))


class Counting(torch.optim.SGD):
    """Keeps a count of its steps in its group, as Prodigy does."""

    def __init__(self, params: Any, lr: float) -> None:
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            group["k"] = self.defaults["k"] = 0

    def step(self, closure: Any = None) -> None:
        self.param_groups[0]["k"] += 1
        super().step(closure)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            dict(type="RepeatedSGD", repeats=2),
            dict(type="RepeatedSGD", repeats=3, decay_adds_up=False),
            dict(repeats=3, decay_adds_up=False),
        ),
        (dict(type="Adadelta"), dict(type="Adadelta", rho=0.5, maximize=True), dict(rho=0.5)),
        (dict(type="NAdam"), dict(type="NAdam", momentum_decay=0.1), dict(momentum_decay=0.1)),
        (dict(type=Counting), dict(type=Counting), dict(k=2)),
    ],
)
def test_settings_are_the_configs_and_counts_the_checkpoints(
    tmp_path: Path, before: dict, after: dict, expected: dict
) -> None:
    class Seen(Hook):
        def before_train(self, runner) -> None:
            (self.group,) = runner.optim_wrapper.optimizer.param_groups

    small_run(tmp_path, max_iters=2, optim_wrapper=dict(optimizer=before | dict(lr=0.1))).train()
    wrapper = dict(optimizer=after | dict(lr=0.1))
    run = small_run(tmp_path, max_iters=2, optim_wrapper=wrapper, resume=True)
    run.register_hook(seen := Seen())
    run.train()
    assert {name: seen.group[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (dict(param_scheduler=poly(5)), dict(param_scheduler=poly(9))),
        (dict(param_scheduler=poly(9)), dict(param_scheduler=None)),
        (dict(param_scheduler=None), dict(param_scheduler=poly(9))),
        (dict(optim_wrapper=optimizer()), dict(optim_wrapper=optimizer(lr=0.03))),
        (dict(optim_wrapper=optimizer()), dict(optim_wrapper=optimizer(weight_decay=1e-2))),
        (
            dict(optim_wrapper=optimizer() | dict(paramwise_cfg=HALVES)),
            dict(optim_wrapper=optimizer(lr=0.03, momentum=0.5) | dict(paramwise_cfg=HALVES)),
        ),
        (dict(), dict()),
    ],
)
def test_rates_are_those_of_a_run_that_had_the_config_from_the_start(
    tmp_path: Path, before: dict, after: dict
) -> None:
    rates(tmp_path / "a", max_iters=4, **before)
    expected = rates(tmp_path / "b", max_iters=8, **after)
    assert rates(tmp_path / "a", max_iters=8, resume=True, **after) == expected[4:]


def test_a_training_in_epochs(tmp_path: Path) -> None:
    def run(folder: str, epochs: int, power: float, **settings: Any) -> list[tuple]:
        schedule = [
            dict(type="PolyLR", power=power, end=9, by_epoch=False),
            dict(type="StepLR", step_size=1, gamma=0.5, by_epoch=True),
        ]
        loop = dict(type="EpochBasedTrainLoop", max_epochs=epochs)
        hooks = dict(checkpoint=dict(by_epoch=True, interval=1))
        loader = dict(
            batch_size=1,
            sampler=dict(type="DefaultSampler", shuffle=False),
            dataset=small_run(tmp_path / "data").train_dataloader.dataset,
            collate_fn=dict(type="default_collate"),
        )
        given = dict(train_cfg=loop, hooks=hooks, param_scheduler=schedule, train_dataloader=loader)
        return rates(tmp_path / folder, **given, **settings)

    run("a", 2, 0.9)
    expected = run("b", 3, 0.5)
    assert run("a", 3, 0.5, resume=True) == expected[4:]


def test_a_schedule_of_past_results_cannot_be_run_through(tmp_path: Path) -> None:
    plateau = dict(type="ReduceOnPlateauLR", monitor="acc", by_epoch=True)
    small_run(tmp_path, param_scheduler=[plateau]).train()
    resumed = small_run(
        tmp_path, max_iters=6, resume=True, param_scheduler=[dict(plateau, factor=0.3)]
    )
    with pytest.raises(InputError) as error:
        resumed.train()
    assert str(error.value) == (
        "param_scheduler must be that of the checkpoint, as it depends on the results since the "
        "start, got another ReduceOnPlateauLR"
    )


def test_weights_alone_bring_no_schedule(tmp_path: Path) -> None:
    rates(tmp_path / "a", max_iters=4)
    start = str(tmp_path / "a/iter_4.pth")
    fresh = rates(tmp_path / "b", max_iters=3)
    assert rates(tmp_path / "c", max_iters=3, load_from=start) == fresh


def test_it_knows_the_groups_of_several_optimizers() -> None:
    """As they are saved, and none is left out."""
    from torch import nn, optim

    from mmadvent.engine.hooks.resumed_schedule_hook import _groups

    def wrapper() -> OptimWrapper:
        model = nn.Linear(1, 1)
        groups = [dict(params=[one]) for one in model.parameters()]
        return OptimWrapper(optim.SGD(groups, lr=0.1))

    both = OptimWrapperDict(network=wrapper(), discriminator=wrapper())
    groups = _groups(both, both.state_dict())
    assert len(groups) == 6
    assert all(ours["lr"] == theirs["lr"] == 0.1 for ours, theirs, _ in groups)
    assert ResumedScheduleHook.priority == "NORMAL"
