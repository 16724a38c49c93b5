"""A class that nothing is of is named in the log."""

import logging

import pytest

from mmadvent.io import absent_classes
from mmadvent.io.absent_classes import warn_of_absent


def test_absent_classes_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple] = []
    monkeypatch.setattr(
        absent_classes, "print_log", lambda text, logger, level: told.append((text, level))
    )
    assert warn_of_absent(["a", "b", "c"], [0, 3, 0.0], "label", "the set") == ["a", "c"]
    assert told == [("no label of the set holds a, c", logging.WARNING)]
    assert warn_of_absent(["a"], [1], "label", "the set") == [] and len(told) == 1
