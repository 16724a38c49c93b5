"""Losses that are read when somebody looks."""

from types import SimpleNamespace

import pytest
import torch
from mmengine.hooks import CheckpointHook, Hook, LoggerHook, RuntimeInfoHook
from mmengine.logging import MessageHub

from mmadvent.engine.hooks.delayed_log_hook import DelayedLogHook, read_together


def runner_of(*hooks: Hook, max_iters: int = 100) -> SimpleNamespace:
    hub = MessageHub("delayed")
    return SimpleNamespace(
        hooks=[RuntimeInfoHook(), *hooks],
        message_hub=hub,
        iter=0,
        max_iters=max_iters,
        train_dataloader=[None] * 1000,
    )


def train(runner: SimpleNamespace, iterations: int) -> list[int]:
    """How many values of the loss can be seen after each iteration."""
    seen = []
    for _ in range(iterations):
        loss = torch.tensor(float(runner.iter))
        runner.hooks[0].after_train_iter(runner, runner.iter, outputs=dict(loss=loss))
        runner.iter += 1
        seen.append(len(history(runner)))
    return seen


def history(runner: SimpleNamespace) -> list[float]:
    scalars = runner.message_hub.log_scalars
    return scalars["train/loss"].data[0].tolist() if "train/loss" in scalars else []


@pytest.mark.parametrize(
    "hook", [LoggerHook(interval=3), CheckpointHook(interval=3, by_epoch=False)]
)
def test_values_are_there_when_a_hook_looks(hook):
    runner = runner_of(hook)
    DelayedLogHook.replace_upstreams(runner)
    assert train(runner, 7) == [0, 0, 3, 3, 3, 6, 6]
    assert history(runner) == [0, 1, 2, 3, 4, 5]


def test_the_end_of_the_data_is_looked_at_too():
    runner = runner_of(LoggerHook(interval=50))
    runner.train_dataloader = [None] * 2
    DelayedLogHook.replace_upstreams(runner)
    assert train(runner, 3) == [0, 2, 2]


def test_validations_and_the_end_read_the_rest():
    runner = runner_of()
    DelayedLogHook.replace_upstreams(runner)
    (hook,) = runner.hooks
    runner.message_hub.update_info("loop_stage", "train")
    train(runner, 2)
    hook.before_val(runner)
    assert history(runner) == [0, 1]
    hook.after_val(runner)
    train(runner, 1)
    hook.after_train(runner)
    assert history(runner) == [0, 1, 2]


def test_a_checkpoint_of_any_iteration_has_all_values():
    runner = runner_of()
    DelayedLogHook.replace_upstreams(runner)
    train(runner, 2)
    checkpoint = dict(message_hub=runner.message_hub.state_dict())
    runner.hooks[0].before_save_checkpoint(runner, checkpoint)
    saved = checkpoint["message_hub"]["log_scalars"]["train/loss"]
    assert saved.data[0].tolist() == [0, 1]
    without: dict = dict(state_dict={})
    runner.hooks[0].before_save_checkpoint(runner, without)
    assert without == dict(state_dict={})


def test_a_hook_of_ones_own_stays():
    class Own(RuntimeInfoHook):
        pass

    runner = runner_of()
    runner.hooks[0] = own = Own()
    DelayedLogHook.replace_upstreams(runner)
    assert runner.hooks == [own]


def test_tensors_of_all_kinds_and_numbers_are_read_together():
    outputs = [
        dict(loss=torch.tensor(0.1), number=3, hits=torch.tensor([2])),
        dict(loss=torch.tensor(0.7), share=torch.tensor(0.25, dtype=torch.float64)),
    ]
    read = read_together(outputs)
    assert read == [
        dict(loss=torch.tensor(0.1).item(), number=3, hits=2),
        dict(loss=torch.tensor(0.7).item(), share=0.25),
    ]
    assert read_together([]) == []
