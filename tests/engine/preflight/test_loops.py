"""The loops of a config against its model."""

from typing import Any

import pytest
from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop, loops

from mmadvent.engine import UDATrainLoop
from mmadvent.engine.preflight.loops import check_loop, check_test_time_adaptation, loop_class
from mmadvent.errors import InputError
from tests.toys import build_segmentor, toy_segmentor


@pytest.mark.parametrize(
    ("settings", "key", "expected"),
    [
        ({}, "train_cfg", EpochBasedTrainLoop),
        (dict(by_epoch=False), "train_cfg", IterBasedTrainLoop),
        ({}, "test_cfg", loops.TestLoop),
        (dict(type="UDATrainLoop"), "train_cfg", UDATrainLoop),
        (dict(type="mmengine.UDATrainLoop"), "train_cfg", UDATrainLoop),
        (dict(type=UDATrainLoop), "train_cfg", UDATrainLoop),
    ],
)
def test_classes_of_loops(settings: dict, key: str, expected: type) -> None:
    init_default_scope("mmseg")
    assert loop_class(ConfigDict(settings), key) is expected


def test_a_loop_that_is_none() -> None:
    with pytest.raises(InputError, match=r"^test_cfg.type must be registered in 'loop', got 'No'$"):
        loop_class(dict(type="No"), "test_cfg")
    assert loop_class(dict(type=lambda: None), "test_cfg") is object  # it builds what it likes


def test_loops_and_models_are_of_as_many_domains() -> None:
    two, one = (
        build_segmentor(toy_segmentor()),
        build_segmentor(toy_segmentor(type="EncoderDecoder")),
    )
    check_loop(two, UDATrainLoop)
    check_loop(one, IterBasedTrainLoop)
    check_loop(two, object)
    with pytest.raises(InputError, match=r"^train_cfg.type='UDATrainLoop' needs model.type to be "):
        check_loop(one, UDATrainLoop)
    with pytest.raises(InputError, match=r"needs train_cfg.type='UDATrainLoop', got 'IterBased"):
        check_loop(two, IterBasedTrainLoop)


OPTIMIZER = "test_cfg.optim_wrapper"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(adaptation=3), "test_cfg.adaptation must be the name of a method or "),
        (dict(adaptation="NoSuchMethod"), "model.adaptation must be a list of dicts whose type "),
        (dict(adaptation="AdvEnt"), "test_cfg.adaptation must hold methods that need nothing "),
        (
            dict(optim_wrapper=dict(type="No")),
            f"{OPTIMIZER}.type must be registered in 'optim_wrapper', got 'No'",
        ),
        (
            dict(optim_wrapper=dict(optimizer=dict(type="No"))),
            f"{OPTIMIZER}.optimizer.type must be registered in 'optimizer', got 'No'",
        ),
        (
            dict(optim_wrapper=dict(optimizer=dict(lr="x"))),
            f"{OPTIMIZER}.optimizer.lr must be a finite number >= 0, got 'x'",
        ),
        (
            dict(optim_wrapper=dict(clip=1)),
            f"{OPTIMIZER} cannot be built: OptimWrapper.__init__() got an unexpected keyword "
            "argument 'clip'",
        ),
    ],
)
def test_adaptation_of_tests(settings: dict[str, Any], sentence: str) -> None:
    model = build_segmentor(toy_segmentor())
    check_test_time_adaptation(model, dict(type="TestTimeAdaptationLoop"))
    with pytest.raises(InputError) as error:
        check_test_time_adaptation(model, dict(type="TestTimeAdaptationLoop") | settings)
    assert str(error.value).startswith(sentence)
