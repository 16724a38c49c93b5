"""Checks of arguments that several registered classes share."""

import math
from collections.abc import Sequence

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


def check_ratio(value: float, name: str) -> float:
    """Return ``value`` if it is a number in (0, 1].

    Raises:
        InputError: naming the argument, what is allowed and what came.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise InputError(f"{name} must be in (0, 1], got {value!r}")
    return float(value)


def check_choice(name: str, value: str, allowed: Sequence[str]) -> str:
    """Return ``value`` if it is one of ``allowed``.

    Raises:
        InputError: naming the argument, what is allowed and what came.
    """
    if value not in allowed:
        raise InputError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
    return value
