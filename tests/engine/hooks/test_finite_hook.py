"""A training ends at its first loss or weight that is not finite."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.optim import AmpOptimWrapper
from torch import nn

from mmadvent.engine import FiniteHook
from mmadvent.engine.hooks import finite_hook
from mmadvent.errors import InputError
from tests.small_runs import small_run, stored

NAN, INF = math.nan, math.inf


class Break(Hook):
    """Puts a value into a weight or a buffer behind an iteration."""

    priority = "NORMAL"

    def __init__(self, iteration: int, name: str, value: float) -> None:
        self.iteration, self.name, self.value = iteration, name, value

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None) -> None:
        if runner.iter + 1 == self.iteration:
            runner.model.state_dict()[self.name].fill_(self.value)


def ends(folder: Path, inputs: list[float], **settings: Any) -> str:
    run = small_run(folder, inputs, max_iters=len(inputs), **settings)
    for hook in settings.pop("registered", []):
        run.register_hook(hook)
    with pytest.raises(InputError) as error:
        run.train()
    return str(error.value)


@pytest.mark.parametrize("value", [NAN, INF])
def test_a_loss_ends_it_and_the_last_finite_checkpoint_stays(tmp_path: Path, value: float) -> None:
    assert ends(tmp_path, [1.0, 2.0, 1.0, value, 1.0, 1.0]) == (
        f"the losses and weights of a training must be finite, got {value} in iteration 4 for the "
        "loss 'decode.loss_ce' of the source at the level 'decode'; the last checkpoint before is "
        "'iter_2.pth'"
    )
    # Of iteration 4 none was saved, and so the one before, the only one, not removed.
    assert stored(tmp_path) == ["iter_2.pth"]
    weights = torch.load(tmp_path / "iter_2.pth")["state_dict"].values()
    assert all(weight.isfinite().all() for weight in weights)


@pytest.mark.parametrize(
    ("name", "value"), [("line.bias", INF), ("line.weight", NAN), ("mean", NAN)]
)
def test_a_weight_ends_it_in_its_own_iteration(tmp_path: Path, name: str, value: float) -> None:
    """A buffer as well: a norm in training mode would not let a loss show it."""
    run = small_run(tmp_path)
    run.register_hook(Break(1, name, value))
    with pytest.raises(InputError) as error:
        run.train()
    assert str(error.value) == (
        f"the losses and weights of a training must be finite, got {value} in iteration 1 for the "
        f"weight '{name}'; no checkpoint was saved before"
    )
    assert stored(tmp_path) == []


def test_what_is_no_loss_may_be_anything(tmp_path: Path) -> None:
    small_run(tmp_path).train()
    assert stored(tmp_path) == ["iter_4.pth"]


class Event:
    """A copy that arrives when it is waited for, or later."""

    def __init__(self) -> None:
        self.there = False
        self.waited = 0

    def query(self) -> bool:
        return self.there

    def synchronize(self) -> None:
        self.there = True
        self.waited += 1


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """As on a GPU: what was computed is on its way to the host."""
    made: list[Event] = []

    def send(values: torch.Tensor) -> tuple[torch.Tensor, Event]:
        made.append(Event())
        return values, made[-1]

    monkeypatch.setattr(finite_hook, "_to_host", send)
    return made


def test_on_a_gpu_it_waits_only_where_a_checkpoint_is_saved(
    tmp_path: Path, events: list[Event]
) -> None:
    sentence = ends(tmp_path, [1.0, 2.0, NAN, 1.0, 1.0, 1.0])
    assert "got nan in iteration 3 for the loss" in sentence
    # The checkpoint of iteration 2 has waited for it and the one before, that of 4 for the third.
    assert [event.waited for event in events] == [1, 1, 1, 0]
    assert stored(tmp_path) == ["iter_2.pth"]


def test_on_a_gpu_a_fault_is_told_when_it_has_arrived(tmp_path: Path, events: list[Event]) -> None:
    class Arrive(Hook):
        def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
            for event in events[:-1]:
                event.there = True

    run = small_run(tmp_path, [1.0, NAN, 1.0, 1.0], hooks=dict(checkpoint=dict(interval=100)))
    run.register_hook(Arrive())
    with pytest.raises(InputError, match="got nan in iteration 2 "):
        run.train()
    assert len(events) == 4 and not any(event.waited for event in events)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_no_step_waits_for_the_device() -> None:
    hook, model = FiniteHook(), nn.Linear(64, 64).cuda()
    runner: Any = SimpleNamespace(model=model, iter=0, optim_wrapper=None, work_dir=".")
    hook.before_train(runner)
    loss = model(torch.ones(2, 64, device="cuda")).mean().detach()
    hook.after_train_iter(runner, 0, outputs=dict(loss=loss))  # memory for copies is pinned once
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(5):
            hook.after_train_iter(runner, 0, outputs=dict(loss=loss))
    finally:
        torch.cuda.set_sync_debug_mode("default")
    with torch.no_grad():
        model.weight[3, 5] = NAN
    with pytest.raises(InputError, match="for the weight 'weight'"):
        hook.after_train_iter(runner, 0, outputs=dict(loss=loss))
        hook.before_save_checkpoint(runner, {})


class Scaling(AmpOptimWrapper):
    """Stands for a loss scaler, which asks for an accelerator."""

    def __init__(self) -> None:
        pass


def seen(*losses: float, weight: float = 1.0, patience: int = 2, scales: bool = True) -> FiniteHook:
    hook = FiniteHook(patience)
    model = nn.Linear(1, 1)
    nn.init.constant_(model.weight, weight)
    wrapper = Scaling() if scales else None
    for number, loss in enumerate(losses):
        runner: Any = SimpleNamespace(
            model=model, iter=number, optim_wrapper=wrapper, work_dir="nowhere"
        )
        if number == 0:
            hook.before_train(runner)
        hook.after_train_iter(runner, number, outputs={"decode.loss_ce": torch.tensor(loss)})
    return hook


def test_steps_that_a_loss_scaler_skips_are_let_pass() -> None:
    seen(INF, NAN, 1.0, INF, INF)
    with pytest.raises(InputError, match="in iteration 3 "):
        seen(INF, INF, INF)
    with pytest.raises(InputError, match="in iteration 1 "):
        seen(INF, scales=False)
    with pytest.raises(InputError, match="for the weight 'weight'"):
        seen(1.0, weight=INF)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("aux_0.loss_ce", "the loss 'aux_0.loss_ce' of the source at the level 'aux_0'"),
        ("loss_bbox", "the loss 'loss_bbox' of the source"),
        (
            "advent_1.decode.loss_adv",
            "the loss 'advent_1.decode.loss_adv' of AdvEnt on the target at the level 'decode'",
        ),
        (
            "advent.decode.loss_dis",
            "the loss 'advent.decode.loss_dis' of AdvEnt on both domains at the level 'decode'",
        ),
        ("loss", "the loss 'loss' of both domains"),
        ("loss_discriminator", "the loss 'loss_discriminator' of both domains"),
    ],
)
def test_a_loss_is_told_by_its_domain_and_level(name: str, words: str) -> None:
    class AdvEnt:
        pass

    network = SimpleNamespace(adaptation=[AdvEnt()])
    assert finite_hook._loss(network, name) == words


def test_a_sum_is_named_only_where_no_part_of_it_is_odd() -> None:
    values = torch.tensor([1.0, 1.0, NAN, NAN, NAN])
    names = ["loss", "decode.loss_ce", "loss_discriminator", "advent.decode.loss_dis", "weights"]
    runner: Any = SimpleNamespace(model=nn.Linear(1, 1), optim_wrapper=None, work_dir="nowhere")
    with pytest.raises(InputError, match="for the loss 'advent.decode.loss_dis'"):
        FiniteHook()._check(runner, finite_hook._Seen(1, names, values, None))
