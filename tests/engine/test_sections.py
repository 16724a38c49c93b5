"""Sections of a config that are of another kind, or not there, are told in one sentence."""

from typing import Any

import pytest
from mmengine.config import Config
from mmengine.hooks import CheckpointHook

from mmadvent.engine.sections import (
    DICTS,
    check_sections,
    is_upstreams,
    section,
    steps_of,
    type_name,
)
from mmadvent.errors import InputError


def test_right_sections_and_those_that_are_turned_off() -> None:
    check_sections(Config({}))
    check_sections(Config(dict.fromkeys(DICTS)))
    check_sections(
        Config(
            dict(
                model=dict(type="A"),
                default_hooks=dict(logger=None, timer={}),
                val_evaluator=dict(type="B"),
                test_evaluator=[dict(type="B")],
                param_scheduler=dict(network=[], discriminator=[]),
                randomness=dict(seed=0, deterministic=True, diff_rank_seed=False),
                log_level="DEBUG",
                load_from=None,
            )
        )
    )
    check_sections(Config(dict(log_level=20)))


@pytest.mark.parametrize("key", DICTS)
@pytest.mark.parametrize("value", [3, [], "x"])
def test_sections_are_dicts(key: str, value: Any) -> None:
    with pytest.raises(InputError) as error:
        check_sections(Config({key: value}))
    assert str(error.value) == f"{key} must be a dict, got {value!r}"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(val_evaluator=3), "val_evaluator must be a dict or a list of dicts, got 3"),
        (dict(custom_hooks=[3]), "custom_hooks must be a dict or a list of dicts, got [3]"),
        (dict(default_hooks=dict(timer="x")), "default_hooks.timer must be a dict, got 'x'"),
        (dict(default_scope=3), "default_scope must be a text, got 3"),
        (
            dict(log_level="LOUD"),
            "log_level must be one of CRITICAL, ERROR, WARNING, INFO, DEBUG, got 'LOUD'",
        ),
    ],
)
def test_other_kinds(settings: dict, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        check_sections(Config(settings))
    assert str(error.value) == sentence


def test_a_section_that_has_to_be_there() -> None:
    config = Config(dict(train_dataloader=dict(dataset=dict(type="A"), sampler=3)))
    assert section(config, "train_dataloader.dataset") == dict(type="A")
    for key, sentence in (
        ("model", "model must be a dict, got none"),
        ("train_dataloader.sampler", "train_dataloader.sampler must be a dict, got 3"),
        ("test_dataloader.dataset", "test_dataloader must be a dict, got none"),
        ("train_dataloader.collate_fn", "train_dataloader.collate_fn must be a dict, got none"),
    ):
        with pytest.raises(InputError) as error:
            section(config, key)
        assert str(error.value) == sentence


@pytest.mark.parametrize("steps", [None, 3, [3], [dict(scale=2)]])
def test_steps_have_a_type(steps: Any) -> None:
    with pytest.raises(InputError) as error:
        steps_of(dict(pipeline=steps), "x.dataset")
    assert str(error.value) == (
        f"x.dataset.pipeline must be a list of dicts with a type, got {steps!r}"
    )


def test_steps_that_are_right() -> None:
    assert steps_of(dict(pipeline=(dict(type="A"),)), "x.dataset") == [dict(type="A")]
    assert steps_of(dict(pipeline=[]), "x.dataset") == []


@pytest.mark.parametrize(
    ("kind", "upstreams"),
    [
        ("CheckpointHook", True),
        ("mmengine.CheckpointHook", True),
        ("mmengine.hooks.CheckpointHook", True),
        (CheckpointHook, True),
        ("mine.CheckpointHook", False),
        (type("CheckpointHook", (CheckpointHook,), {}), False),
    ],
)
def test_a_type_has_many_forms(kind: Any, upstreams: bool) -> None:
    assert type_name(dict(type=kind)) == "CheckpointHook"
    assert is_upstreams(dict(type=kind), "mmengine") is upstreams


def test_no_type_has_no_name() -> None:
    assert type_name({}) == type_name(dict(type=None)) == type_name(dict(type=3)) == ""
