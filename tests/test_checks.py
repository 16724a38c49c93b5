"""Checks of arguments: what passes comes back, what does not is named."""

import math

import pytest

from mmadvent.checks import (
    check_choice,
    check_class_names,
    check_loss_weight,
    check_unit_interval,
    is_number,
    parse_json,
    refuse_arguments,
)
from mmadvent.errors import InputError


@pytest.mark.parametrize("value", [0, 0.0, 1e-12, 3])
def test_loss_weights(value: float) -> None:
    found = check_loss_weight(value)
    assert found == value and type(found) is float


@pytest.mark.parametrize(
    ("value", "told"),
    [(-1e-9, "-1e-09"), (math.nan, "nan"), (math.inf, "inf"), (True, "True"), ("1", "'1'"),
     (None, "None"), ([1], "[1]")],
)  # fmt: skip
def test_loss_weights_out_of_range(value: float, told: str) -> None:
    with pytest.raises(InputError) as error:
        check_loss_weight(value, "kappa")
    assert str(error.value) == f"kappa must be a finite number >= 0, got {told}"


ENDS = {"[0, 1]": (0, 1), "(0, 1]": (1,), "[0, 1)": (0,), "(0, 1)": ()}


@pytest.mark.parametrize("interval", ENDS)
def test_brackets_say_which_ends_are_allowed(interval: str) -> None:
    assert check_unit_interval(0.5, "share", interval) == 0.5
    for end in (0, 1):
        if end in ENDS[interval]:
            assert type(check_unit_interval(end, "share", interval)) is float
        else:
            with pytest.raises(InputError) as error:
                check_unit_interval(end, "share", interval)
            assert str(error.value) == f"share must be in {interval}, got {end}"


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, True, "0.5", None])
def test_outside_the_unit_interval(value: float) -> None:
    with pytest.raises(InputError) as error:
        check_unit_interval(value, "share")
    assert str(error.value) == f"share must be in [0, 1], got {value!r}"


def test_choices() -> None:
    assert check_choice("holes", "far", ("far", "near")) == "far"
    with pytest.raises(InputError) as error:
        check_choice("holes", "fa", ("far", "near"))
    assert str(error.value) == "holes must be one of far, near, got 'fa'"


def test_arguments_that_ask_for_nothing_pass() -> None:
    refuse_arguments("D", dict(a=None, b={}, c=1), dict(a="why", b="why", d="why"))


def test_an_argument_without_effect_is_refused() -> None:
    with pytest.raises(InputError) as error:
        refuse_arguments("D", dict(filter_cfg=dict(min_size=3)), dict(filter_cfg="no filter"))
    assert str(error.value) == (
        "D.filter_cfg has no effect and must be left out (no filter), got {'min_size': 3}"
    )


def test_class_names() -> None:
    for metainfo in (None, {}, dict(classes=("a", "b")), dict(classes="file.txt")):
        check_class_names("D", metainfo)
    refused = {
        "must be a list of names, got [1, 2]": [1, 2],
        "must be a list of names, got 3": 3,
        "must name each class once, got 'b'": ["a", "b", "b"],
    }
    for text, classes in refused.items():
        with pytest.raises(InputError) as error:
            check_class_names("D", dict(classes=classes))
        assert str(error.value) == f"D: metainfo.classes {text}"


@pytest.mark.parametrize("text", ["", "{", b"\xff", "[" * 100000, '{"a":' * 100000])
def test_whatever_is_wrong_with_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


def test_json() -> None:
    assert parse_json(b'{"a": [1, null]}') == dict(a=[1, None])
    assert is_number(1) and is_number(float("nan"))
    assert not any(map(is_number, (True, "1", None, [1])))
