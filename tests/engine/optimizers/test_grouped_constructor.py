"""Parameter groups and optimizers that take few launches."""

import pytest
import torch
from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from torch import nn

from mmadvent.engine.optimizers import grouped_constructor
from mmadvent.engine.optimizers.grouped_constructor import (
    GroupedOptimWrapperConstructor,
    merged_groups,
)

SGD = dict(type="SGD", lr=0.1, momentum=0.9, weight_decay=5e-4)
PARAMWISE = dict(custom_keys=dict(head=dict(lr_mult=10.0)), norm_decay_mult=0.0)


def network() -> nn.Module:
    torch.manual_seed(0)
    model = nn.Sequential()
    model.add_module("body", nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 4)))
    model.add_module("head", nn.Linear(4, 2))
    model.body[2].weight.requires_grad = False
    return model


def build(constructor: type, model: nn.Module, optimizer: dict = SGD) -> OptimWrapper:
    return constructor(dict(optimizer=optimizer), PARAMWISE)(model)


def settings(wrapper: OptimWrapper, model: nn.Module) -> dict[str, dict]:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {
        names[id(parameter)]: {key: value for key, value in group.items() if key != "params"}
        for group in wrapper.optimizer.param_groups
        for parameter in group["params"]
    }


def test_parameters_keep_upstreams_settings_in_few_groups():
    model = network()
    ours = build(GroupedOptimWrapperConstructor, model)
    upstream = build(DefaultOptimWrapperConstructor, model)
    assert settings(ours, model) == settings(upstream, model)
    assert len(upstream.optimizer.param_groups) == 7
    # The body's convolutions, its norms, which do not decay, and the head.
    assert len(ours.optimizer.param_groups) == 3
    assert ours.get_lr()["base_lr"] == upstream.get_lr()["base_lr"]


def test_steps_are_upstreams_bit_by_bit():
    found = []
    for constructor in (GroupedOptimWrapperConstructor, DefaultOptimWrapperConstructor):
        model = network()
        wrapper = build(constructor, model)
        for step in range(3):
            inputs = torch.randn(8, 3, generator=torch.Generator().manual_seed(step))
            wrapper.update_params(model(inputs).square().mean())
        found.append(torch.cat([p.detach().flatten() for p in model.parameters()]))
    assert torch.equal(*found)


def test_groups_of_other_settings_stay_apart_in_their_order():
    groups = [dict(params=[1], lr=1), dict(params=[2], lr=2), dict(params=[3, 4], lr=1)]
    assert merged_groups(groups) == [dict(params=[1, 3, 4], lr=1), dict(params=[2], lr=2)]
    assert groups[2] == dict(params=[3, 4], lr=1)


def test_a_processor_has_torchs_own_choice():
    assert build(GroupedOptimWrapperConstructor, network()).optimizer.defaults["fused"] is None


@pytest.mark.parametrize(
    ("optimizer", "fused"),
    [
        (SGD, True),
        (dict(type="AdamW", lr=0.1), True),
        (SGD | dict(fused=False), False),
        (SGD | dict(foreach=True), None),
    ],
)
def test_an_accelerator_has_fused_optimizers_unless_the_config_says_so(
    optimizer, fused, monkeypatch
):
    monkeypatch.setattr(grouped_constructor, "get_device", lambda: "cuda")
    config = dict(optimizer=optimizer)
    wrapper = GroupedOptimWrapperConstructor(config)(network())
    assert wrapper.optimizer.defaults["fused"] is fused
    assert config == dict(optimizer=optimizer)


def test_an_optimizer_without_a_fused_step_is_left_alone(monkeypatch):
    monkeypatch.setattr(grouped_constructor, "get_device", lambda: "cuda")
    rmsprop = dict(type="RMSprop", lr=0.1, weight_decay=0.0)
    wrapper = build(GroupedOptimWrapperConstructor, network(), rmsprop)
    assert "fused" not in wrapper.optimizer.defaults
