"""How long a loop runs and when it validates."""

from typing import Any

import pytest

from mmadvent.engine.loops.counts import check_counts
from mmadvent.errors import InputError


def test_right_counts() -> None:
    check_counts({}, "train_cfg")
    for pairs in (None, [], [(0, 2), (3, 1)]):
        check_counts(dict(max_iters=1, val_begin=0, dynamic_intervals=pairs), "train_cfg")


@pytest.mark.parametrize("value", [0, -1, 0.5, True, "x", None])
@pytest.mark.parametrize("name", ["max_iters", "max_epochs", "val_interval"])
def test_wrong_counts(name: str, value: Any) -> None:
    with pytest.raises(InputError) as error:
        check_counts({name: value}, "train_cfg")
    assert str(error.value) == f"train_cfg.{name} must be a whole number >= 1, got {value!r}"


@pytest.mark.parametrize("value", [-1, 0.5, "x", None])
def test_a_wrong_beginning(value: Any) -> None:
    with pytest.raises(InputError) as error:
        check_counts(dict(val_begin=value), "train_cfg")
    assert str(error.value) == f"train_cfg.val_begin must be a whole number >= 0, got {value!r}"


@pytest.mark.parametrize(
    "pairs", [3, (), [1, 2], [[1, 2]], [(1, 0)], [(-1, 1)], [(3, 1), (1, 1)], [(1, 1), (1, 2)]]
)
def test_wrong_intervals(pairs: Any) -> None:
    with pytest.raises(InputError) as error:
        check_counts(dict(dynamic_intervals=pairs), "train_cfg")
    assert str(error.value) == (
        "train_cfg.dynamic_intervals must be a list of tuples of a beginning and the interval from "
        "there on, as [(1000, 100), (5000, 10)], each beginning behind the one before, got "
        f"{pairs!r}"
    )
