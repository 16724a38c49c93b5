"""How many rounds there are; a whole self-training is run over toys."""

import pytest

from mmadvent.cli.self_train import portions_of
from mmadvent.errors import InputError
from tests.cli.parsing import parse

WORDS = ("self-train", "a.py", "a.pth", "--work-dir", "w", "--rule", "entropy")


def test_a_portion_for_each_round() -> None:
    assert len(portions_of(parse(*WORDS))) == 3
    assert len(portions_of(parse(*WORDS, "--rounds", 2))) == 2
    assert portions_of(parse(*WORDS, "--portions", 0.2, 0.3)) == [0.2, 0.3]
    with pytest.raises(InputError, match="^--rounds must be 1 or more, got 0$"):
        portions_of(parse(*WORDS, "--rounds", 0))
    with pytest.raises(InputError) as error:
        portions_of(parse(*WORDS, "--rounds", 3, "--portions", 0.2))
    assert str(error.value) == "--portions must be one for each of the 3 rounds, got 1"
