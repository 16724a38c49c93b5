"""Two optimizers from one flat config."""

import pytest
import torch
from mmengine.optim import (
    ApexOptimWrapper,
    DefaultOptimWrapperConstructor,
    OptimWrapper,
    OptimWrapperDict,
)
from mmengine.registry import OPTIM_WRAPPER_CONSTRUCTORS, OPTIM_WRAPPERS
from torch import nn

from mmadvent.engine import UDAOptimWrapperConstructor
from mmadvent.engine.optimizers.optim_wrapper_constructor import delegate_constructor
from mmadvent.errors import InputError
from tests.toys import SMALL_ADVENT, build_segmentor, toy_segmentor

SGD = dict(type="SGD", lr=2.5e-4, momentum=0.9, weight_decay=5e-4)
ADAM = dict(type="Adam", lr=1e-4, betas=(0.9, 0.99))
HEADS = dict(custom_keys={name: dict(lr_mult=10.0) for name in ("decode_head", "auxiliary_head")})


@OPTIM_WRAPPERS.register_module()
class MixedPrecisionLike(OptimWrapper):
    """Takes what AmpOptimWrapper takes; that one asks for an accelerator."""

    def __init__(self, loss_scale: str | float = 1.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.loss_scale = loss_scale


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return build_segmentor(toy_segmentor(5, adaptation=[SMALL_ADVENT]))


def build(model: nn.Module, paramwise: dict | None = None, **settings) -> OptimWrapperDict:
    config = dict(optimizer=SGD, discriminator=dict(optimizer=ADAM)) | settings
    return UDAOptimWrapperConstructor(config, paramwise)(model)


def held(wrapper: OptimWrapper) -> list[int]:
    # Of the optimizer itself: the wrapper's groups end with a stand-in that carries the base rate.
    return [id(p) for group in wrapper.optimizer.param_groups for p in group["params"]]


@pytest.mark.parametrize("paramwise", [None, HEADS])
def test_each_parameter_has_exactly_one_optimizer(model, paramwise):
    wrappers = build(model, paramwise)
    assert list(wrappers.keys()) == ["network", "discriminator"]
    network, discriminator = held(wrappers["network"]), held(wrappers["discriminator"])
    everything = network + discriminator
    assert len(everything) == len(set(everything))
    named = dict(model.named_parameters())
    assert set(everything) == {id(p) for p in named.values()}
    adaptation = {id(p) for name, p in named.items() if name.startswith("adaptation.")}
    assert set(discriminator) == adaptation


def test_optimizers_are_those_of_the_paper(model):
    wrappers = build(model, HEADS)
    sgd, adam = wrappers["network"].optimizer, wrappers["discriminator"].optimizer
    assert type(sgd) is torch.optim.SGD
    assert type(adam) is torch.optim.Adam
    assert (sgd.defaults["momentum"], sgd.defaults["weight_decay"]) == (0.9, 5e-4)
    assert (adam.defaults["lr"], adam.defaults["betas"]) == (1e-4, (0.9, 0.99))
    assert adam.defaults["weight_decay"] == 0


def test_heads_learn_ten_times_faster(model):
    optimizer = build(model, HEADS)["network"].optimizer
    rates = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    named = [(n, p) for n, p in model.named_parameters() if not n.startswith("adaptation.")]
    for name, parameter in named:
        expected = 2.5e-4 if name.startswith("backbone.") else 2.5e-3
        assert rates[id(parameter)] == pytest.approx(expected), name


def test_frozen_parameters_do_not_move():
    frozen = toy_segmentor(5, adaptation=[SMALL_ADVENT])
    frozen.backbone.norm_cfg = dict(type="BN", requires_grad=False)
    model = build_segmentor(frozen)
    held_ids = set(held(build(model)["network"]))
    moving = {
        id(p)
        for name, p in model.named_parameters()
        if p.requires_grad and not name.startswith("adaptation.")
    }
    assert moving <= held_ids
    assert not any(p.requires_grad for n, p in model.named_parameters() if ".bn1." in n)


def test_type_and_settings_of_the_wrapper_are_shared(model):
    shared = dict(
        type="MixedPrecisionLike",
        loss_scale="dynamic",
        accumulative_counts=2,
        clip_grad=dict(max_norm=1.0),
    )
    for wrapper in build(model, **shared).values():
        assert type(wrapper) is MixedPrecisionLike
        assert wrapper.loss_scale == "dynamic"
        assert wrapper._accumulative_counts == 2
        assert wrapper.clip_grad_kwargs == dict(max_norm=1.0)


def test_discriminators_may_have_settings_of_their_own(model):
    own = dict(optimizer=ADAM, type="OptimWrapper", accumulative_counts=1)
    wrappers = build(model, discriminator=own, accumulative_counts=4)
    assert wrappers["network"]._accumulative_counts == 4
    assert wrappers["discriminator"]._accumulative_counts == 1


def test_wrapped_models_are_looked_into(model):
    wrapped = nn.Module()
    wrapped.module = model
    assert held(build(wrapped)["network"]) == held(build(model)["network"])


def test_config_is_left_as_it_was(model):
    config = dict(optimizer=SGD, discriminator=dict(optimizer=ADAM))
    UDAOptimWrapperConstructor(config, HEADS)(model)
    assert config == dict(optimizer=SGD, discriminator=dict(optimizer=ADAM))


def test_network_gets_what_upstreams_constructor_gives(model):
    network = nn.Module()
    for name, child in model.named_children():
        if name != "adaptation":
            network.add_module(name, child)
    upstream = DefaultOptimWrapperConstructor(dict(optimizer=SGD), HEADS)(network)
    assert held(build(model, HEADS)["network"]) == held(upstream)


def test_missing_settings_are_asked_for():
    with pytest.raises(InputError) as error:
        UDAOptimWrapperConstructor(dict(optimizer=SGD))
    assert str(error.value) == (
        "optim_wrapper.discriminator must be dict(optimizer=...), the settings of the "
        "discriminators' optimizer, got None"
    )


@pytest.mark.parametrize("adaptation", [[], [dict(type="MinEnt")]])
def test_settings_without_a_discriminator_are_refused(adaptation):
    with pytest.raises(InputError) as error:
        build(build_segmentor(toy_segmentor(5, adaptation=adaptation)))
    assert str(error.value) == (
        "optim_wrapper.discriminator is given, but no method in model.adaptation has a "
        "discriminator: set optim_wrapper.discriminator=None"
    )


@pytest.mark.parametrize(
    "settings",
    [
        dict(type="ApexOptimWrapper"),
        dict(type=ApexOptimWrapper),
        dict(type="mmengine.ApexOptimWrapper"),
        dict(discriminator=dict(optimizer=ADAM, type="ApexOptimWrapper")),
    ],
)
def test_apex_is_refused(settings):
    with pytest.raises(InputError) as error:
        UDAOptimWrapperConstructor(
            dict(optimizer=SGD, discriminator=dict(optimizer=ADAM)) | settings
        )
    assert str(error.value) == (
        "optim_wrapper.type must be one for a part of a model, such as OptimWrapper or "
        "AmpOptimWrapper, got 'ApexOptimWrapper', which prepares the whole model for one optimizer"
    )


def test_norms_of_gradients_are_logged_apart(model):
    wrappers = build(model, clip_grad=dict(max_norm=1.0))
    names = {name: wrapper.grad_name for name, wrapper in wrappers.items()}
    assert names == {
        "network": "network.grad_norm",
        "discriminator": "discriminator.grad_norm",
    }
    own = dict(optimizer=ADAM, clip_grad=dict(type="value", clip_value=1.0))
    assert build(model, discriminator=own)["discriminator"].grad_name == "discriminator.grad_value"
    build(model)  # nothing is clipped, and nothing named


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class LayerwiseLike(DefaultOptimWrapperConstructor):
    """Another rate for each layer, as mmseg's constructors for BEiT and ConvNeXt have it."""

    def add_params(self, params, module, **kwargs):
        assert module.backbone is not None  # it looks at the network as at a whole model
        for number, parameter in enumerate(module.parameters()):
            rate = self.base_lr * self.paramwise_cfg["decay_rate"] ** number
            params.append(dict(params=[parameter], lr=rate))


DECAY = dict(decay_rate=0.5, num_layers=2)


def test_the_inherited_constructor_builds_the_networks_part(model):
    inherited = dict(constructor="LayerwiseLike", optimizer=SGD, paramwise_cfg=DECAY)
    config = inherited | dict(discriminator=dict(optimizer=ADAM))
    delegate_constructor(config)
    delegate_constructor(config)  # by the check before a training, and by the loop
    assert config["constructor"] == "UDAOptimWrapperConstructor"
    wrappers = OPTIM_WRAPPER_CONSTRUCTORS.build(
        dict(
            type=config.pop("constructor"),
            paramwise_cfg=config.pop("paramwise_cfg"),
            optim_wrapper_cfg=config,
        )
    )(model)
    rates = [group["lr"] for group in wrappers["network"].optimizer.param_groups]
    assert len(set(rates)) == len(rates) > 10 and rates[1] == SGD["lr"] / 2
    assert wrappers["discriminator"].optimizer.defaults["lr"] == ADAM["lr"]


@pytest.mark.parametrize("config", [None, dict(optimizer=SGD, constructor="Other")])
def test_a_config_without_discriminators_is_left_alone(config):
    before = dict(config) if config else config
    delegate_constructor(config)
    assert config == before


@pytest.mark.parametrize(
    "kind", ["mmengine.UDAOptimWrapperConstructor", UDAOptimWrapperConstructor]
)
def test_ours_is_not_given_the_networks_part_too(kind):
    config = dict(constructor=kind, optimizer=SGD, discriminator=dict(optimizer=ADAM))
    before = dict(config)
    delegate_constructor(config)
    assert config == before


def test_none_takes_the_discriminators_away_again():
    config = dict(optimizer=SGD, constructor="Other", discriminator=None)
    delegate_constructor(config)
    assert config == dict(optimizer=SGD, constructor="Other")


def test_settings_of_a_constructor_that_was_replaced_are_not_lost_silently(model):
    with pytest.raises(InputError) as error:
        build(model, DECAY)
    assert str(error.value) == (
        "optim_wrapper.paramwise_cfg has decay_rate, num_layers, which "
        "GroupedOptimWrapperConstructor does not read: leave out "
        "optim_wrapper.constructor='UDAOptimWrapperConstructor', so that the inherited config's "
        "constructor builds the network's part, or name that as optim_wrapper.network_constructor"
    )
    named = build(model, DECAY, network_constructor="LayerwiseLike")
    assert len(named["network"].optimizer.param_groups) > 10
