"""Backward passes and steps of optimizer wrappers."""

import pytest
import torch
from mmengine.logging import MessageHub
from mmengine.optim import OptimWrapper
from torch import nn

from mmadvent.models.optimizer_steps import backward, step_if_due


def wrapper_of(**settings) -> tuple[nn.Parameter, OptimWrapper]:
    parameter = nn.Parameter(torch.tensor([3.0, 4.0]))
    return parameter, OptimWrapper(torch.optim.SGD([parameter], lr=1.0), **settings)


def test_a_step_of_two_passes_counts_once():
    parameter, optimizer = wrapper_of(accumulative_counts=2)
    optimizer.initialize_count_status(nn.Module(), 0, 10)
    log: dict = {}
    for due in (False, True):
        backward(optimizer, parameter.sum(), counts=False)
        backward(optimizer, parameter.sum())
        assert step_if_due(optimizer, log) is due
    assert optimizer.inner_count == 2
    # Two of two passes, each halved, are a gradient of 2.
    assert parameter.tolist() == [1.0, 2.0]
    assert parameter.grad is None and not log


def test_norms_are_logged_with_all_else_and_not_read():
    parameter, optimizer = wrapper_of(clip_grad=dict(max_norm=1.0))
    MessageHub.get_current_instance().log_scalars.pop("train/grad_norm", None)
    backward(optimizer, (parameter**2).sum() / 2)
    log: dict = {}
    assert step_if_due(optimizer, log)
    assert list(log) == ["grad_norm"]
    assert log["grad_norm"].item() == pytest.approx(5)
    assert parameter.tolist() == pytest.approx([2.4, 3.2])
    assert "train/grad_norm" not in MessageHub.get_current_instance().log_scalars
    assert optimizer.clip_func is torch.nn.utils.clip_grad_norm_


def test_clipped_values_have_no_norm():
    parameter, optimizer = wrapper_of(clip_grad=dict(type="value", clip_value=1.0))
    backward(optimizer, (parameter**2).sum() / 2)
    log: dict = {}
    step_if_due(optimizer, log)
    assert parameter.tolist() == pytest.approx([2.0, 3.0]) and not log
