"""Shares of the classes in a data set's labels, given in a config or in a file."""

import math
import reprlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmadvent.checks import is_number, parse_json
from mmadvent.errors import InputError

SLACK = 1e-3  # shares that were rounded to four digits still add up


def load_class_shares(shares: Sequence[float] | str | Path) -> tuple[float, ...]:
    """Check shares, or read them from a JSON file ``{"classes": [...], "prior": [...]}``.

    Args:
        shares: at least two numbers >= 0 that add up to 1, or a path.

    Raises:
        InputError: if they are something else, or if the file is missing or ill-formed.
    """
    if isinstance(shares, (str, Path)):
        return _check(_read(Path(shares))[1], f"'prior' in '{shares}'")
    return _check(shares, "prior")


def load_class_names(shares: Sequence[float] | str | Path) -> tuple[str, ...] | None:
    """Names of the classes whose shares a file holds, in its order; None for shares themselves.

    Raises:
        InputError: as :func:`load_class_shares`.
    """
    return tuple(_read(Path(shares))[0]) if isinstance(shares, (str, Path)) else None


def _read(path: Path) -> tuple[list[str], list]:
    try:
        content = parse_json(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"the class prior '{path}' cannot be read: {error.strerror or error}"
        ) from error
    except ValueError as error:
        raise InputError(f"the class prior '{path}' is not JSON: {error}") from error
    match content:
        case {"classes": list(classes), "prior": list(shares)} if len(classes) == len(
            shares
        ) and all(isinstance(name, str) for name in classes):
            return classes, shares
    raise InputError(
        f"the class prior '{path}' must hold two lists of one length, 'classes' and 'prior', "
        f"got {reprlib.repr(content)}"
    )


def _check(shares: Any, name: str) -> tuple[float, ...]:
    is_list = isinstance(shares, Sequence) and len(shares) > 1
    if not is_list or not all(_is_share(share) for share in shares):
        raise InputError(
            f"{name} must be a list of two or more finite numbers >= 0, got {shares!r}"
        )
    if abs(sum(shares) - 1) > SLACK:
        raise InputError(f"{name} must add up to 1, got {sum(shares):g}")
    return tuple(float(share) for share in shares)


def _is_share(value: Any) -> bool:
    return is_number(value) and math.isfinite(value) and value >= 0
