"""Classes of which a data set holds nothing."""

import logging
from collections.abc import Sequence

from mmengine.logging import print_log


def warn_of_absent(
    classes: Sequence[str], numbers: Sequence[float], unit: str, where: str
) -> list[str]:
    """Name the classes of which there is nothing in a warning of the log, and return them.

    Args:
        classes: their names.
        numbers: how much there is of each.
        unit: what holds a class, ``label`` or ``box``.
        where: what was looked at.
    """
    absent = [name for name, number in zip(classes, numbers, strict=True) if not number]
    if absent:
        text = f"no {unit} of {where} holds {', '.join(absent)}"
        print_log(text, logger="current", level=logging.WARNING)
    return absent
