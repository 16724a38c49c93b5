"""The settings of test-time adaptation; whole tests are run with the loop."""

from typing import Any

import pytest
from mmengine.config import ConfigDict
from torch import nn

from mmadvent.engine.loops.adapted_tests import LOOP, check_settings, choose_trained, use_methods
from mmadvent.engine.model_checks import check_adapts
from mmadvent.errors import InputError
from tests.toys import build_segmentor, toy_segmentor


def test_methods_and_optimizer() -> None:
    methods, settings = check_settings()
    assert methods == [dict(type="MinEnt", loss_weight=1.0)]
    assert settings == dict(optimizer=dict(type="Adam", lr=1e-4))
    given = ConfigDict(type="AmpOptimWrapper", optimizer=dict(lr=0.1))
    methods, settings = check_settings("AdaBN", given, fp16=True)
    assert methods == [dict(type="AdaBN")]
    assert settings == dict(type="AmpOptimWrapper", optimizer=dict(type="Adam", lr=0.1))
    assert given == dict(type="AmpOptimWrapper", optimizer=dict(lr=0.1))


METHODS = "test_cfg.adaptation must be the name of a method or a list of dicts with a type, got "


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(parameters="heads"), "test_cfg.parameters must be one of norms, all, got 'heads'"),
        (dict(steps=-1), "test_cfg.steps must be an integer >= 0, got -1"),
        (dict(steps=1.0), "test_cfg.steps must be an integer >= 0, got 1.0"),
        (dict(steps=True), "test_cfg.steps must be an integer >= 0, got True"),
        (dict(episodic="no"), "test_cfg.episodic must be True or False, got 'no'"),
        (dict(batch_statistics=0), "test_cfg.batch_statistics must be True or False, got 0"),
        (dict(save_as="adapted.pt"), "test_cfg.save_as must end in .pth, got 'adapted.pt'"),
        (dict(save_as=3), "test_cfg.save_as must end in .pth, got '3'"),
        (dict(adaptation=3), f"{METHODS}3"),
        (dict(adaptation=None), f"{METHODS}None"),
        (dict(adaptation=["MinEnt"]), f"{METHODS}['MinEnt']"),
        (dict(adaptation=dict(type="MinEnt")), f"{METHODS}{{'type': 'MinEnt'}}"),
        (dict(optim_wrapper=3), "test_cfg.optim_wrapper must be a dict, got 3"),
        (
            dict(optim_wrapper=dict(optimizer=None)),
            "test_cfg.optim_wrapper.optimizer must be a dict, got none",
        ),
    ],
)
def test_what_is_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        check_settings(**settings)
    assert str(error.value) == sentence


def test_a_model_has_a_step() -> None:
    with pytest.raises(InputError, match=r"needs model.type to be Domain.*, got Linear$"):
        check_adapts(nn.Linear(1, 1), LOOP)


def test_methods_take_the_place_of_the_model_s() -> None:
    model = build_segmentor(toy_segmentor(5, adaptation=[dict(type="AdvEnt")]))
    check_adapts(model, LOOP)
    use_methods(model, [dict(type="MinEnt", loss_weight=1.0)], "norms")
    assert [type(method).__name__ for method in model.adaptation] == ["MinEnt"]
    trained = {name for name, value in model.named_parameters() if value.requires_grad}
    assert trained and all(".bn" in name or "downsample" in name for name in trained)
    choose_trained(model, "all")
    assert all(value.requires_grad for value in model.parameters())
    with pytest.raises(InputError, match=r"need nothing but the image, got AdvEnt$"):
        use_methods(model, [dict(type="AdvEnt")], "norms")
