"""Which sizes are taken; the counts are checked over a toy model."""

import pytest

from mmadvent.cli.get_flops import run
from mmadvent.errors import InputError
from tests.cli.parsing import parse


@pytest.mark.parametrize("shape", [[0, 5], [1, 2, 3]])
def test_sizes_are_checked_before_the_config_is_read(shape: list[int]) -> None:
    with pytest.raises(InputError) as error:
        run(parse("get-flops", "none.py", "--shape", *shape))
    assert str(error.value) == f"--shape must be one or two numbers >= 1, got {shape}"
