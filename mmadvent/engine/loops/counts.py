"""How long a loop runs and when it validates: whole numbers."""

from typing import Any

from mmadvent.errors import InputError

COUNTS = ("max_iters", "max_epochs", "val_interval")


def check_counts(settings: dict, key: str) -> None:
    """Check the numbers of iterations or epochs in a loop's config.

    Args:
        settings: of the loop.
        key: its place in the config, for the error.

    Raises:
        InputError: naming the first that is no whole number or too small.
    """
    for name in COUNTS:
        value = settings.get(name, 1)
        if type(value) is not int or value < 1:
            raise InputError(f"{key}.{name} must be a whole number >= 1, got {value!r:.60}")
    begin = settings.get("val_begin", 1)
    if type(begin) is not int or begin < 0:
        raise InputError(f"{key}.val_begin must be a whole number >= 0, got {begin!r:.60}")
    pairs = settings.get("dynamic_intervals")
    if not (pairs is None or _are_intervals(pairs)):
        raise InputError(
            f"{key}.dynamic_intervals must be a list of tuples of a beginning and the interval "
            "from there on, as [(1000, 100), (5000, 10)], each beginning behind the one before, "
            f"got {pairs!r:.60}"
        )


def _are_intervals(pairs: Any) -> bool:
    """mmengine takes tuples alone, and searches their beginnings as a sorted list."""
    if not isinstance(pairs, list) or not all(
        isinstance(pair, tuple) and [type(number) for number in pair] == [int, int]
        for pair in pairs
    ):
        return False
    begins = [begin for begin, _ in pairs]
    return begins == sorted(set(begins)) and all(b >= 0 and every >= 1 for b, every in pairs)
