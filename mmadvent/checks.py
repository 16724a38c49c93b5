"""Checks of arguments and texts that several rooms share."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from mmadvent.errors import InputError


def check_loss_weight(value: float, name: str = "loss_weight") -> float:
    """Return ``value`` if it is a finite number >= 0.

    Raises:
        InputError: naming the argument, what is allowed and what came.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{name} must be a finite number >= 0, got {value!r}")
    if not math.isfinite(value) or value < 0:
        raise InputError(f"{name} must be a finite number >= 0, got {value}")
    return float(value)


def check_unit_interval(value: float, name: str, interval: str = "[0, 1]") -> float:
    """Return ``value`` if it is a number in the unit interval, whose brackets are as usual.

    Raises:
        InputError: naming the argument, what is allowed and what came.
    """
    ends = [bound for bound, bracket in ((0, interval[0]), (1, interval[-1])) if bracket in "[]"]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not (0 < value < 1 or value in ends):
        raise InputError(f"{name} must be in {interval}, got {value!r}")
    return float(value)


def check_choice(name: str, value: str, allowed: Sequence[str]) -> str:
    """Return ``value`` if it is one of ``allowed``.

    Raises:
        InputError: naming the argument, what is allowed and what came.
    """
    if value not in allowed:
        raise InputError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
    return value


def refuse_arguments(owner: str, given: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
    """Refuse what a class takes of upstream's arguments and would not honour.

    Args:
        owner: name of the class.
        given: its arguments by name. One that is None, False or empty asks for nothing.
        reasons: argument -> why it has no effect.

    Raises:
        InputError: naming the first such argument.
    """
    for name, reason in reasons.items():
        if given.get(name):
            raise InputError(
                f"{owner}.{name} has no effect and must be left out ({reason}), got {given[name]!r}"
            )


def check_class_names(owner: str, metainfo: Mapping[str, Any] | None) -> None:
    """Check ``metainfo.classes``, where it is given: names, each of them once.

    Raises:
        InputError: naming what is wrong.
    """
    classes = (metainfo or {}).get("classes")
    if classes is None or isinstance(classes, str):  # upstream reads the file of that name
        return
    if not isinstance(classes, (list, tuple)) or not all(isinstance(n, str) for n in classes):
        raise InputError(f"{owner}: metainfo.classes must be a list of names, got {classes!r}")
    twice = [name for name in classes if list(classes).count(name) > 1]
    if twice:
        raise InputError(f"{owner}: metainfo.classes must name each class once, got {twice[0]!r}")


def is_number(value: Any) -> bool:
    """Whether a value out of a file is a number, as JSON has them; nan and infinity are."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def parse_json(text: str | bytes) -> Any:
    """What a JSON text holds.

    Raises:
        ValueError: if it is not JSON, whatever is wrong with it.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
