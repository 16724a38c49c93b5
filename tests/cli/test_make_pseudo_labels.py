"""The words of the command; the labels are checked over a toy training."""

import pytest

from mmadvent.cli.make_pseudo_labels import RULES, run
from mmadvent.errors import InputError
from mmadvent.segmentation.pseudo_labels.rules import RULES as KNOWN
from tests.cli.parsing import parse


def test_its_help_names_the_rules_that_there_are() -> None:
    assert tuple(KNOWN) == RULES


def test_a_rule_is_checked_before_the_config_is_read() -> None:
    with pytest.raises(InputError, match="got 'entropie'"):
        run(parse("make-pseudo-labels", "none.py", "none.pth", "out", "--rule", "entropie"))
