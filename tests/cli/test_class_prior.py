"""The words of the command; its counts are checked over toy labels."""

from pathlib import Path

import pytest

from mmadvent.cli.class_prior import run
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_defaults() -> None:
    args = parse("class-prior", "a.py", "prior.json")
    assert (args.config, args.out, args.workers) == ("a.py", Path("prior.json"), 2)


def test_workers_are_checked_before_the_config_is_read() -> None:
    with pytest.raises(InputError, match="^workers must be 1 or more, got 0$"):
        run(parse("class-prior", "none.py", "prior.json", "--workers", 0))


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    out = tmp_path / "prior.json"
    out.symlink_to("prior.json")
    with pytest.raises(InputError) as error:
        run(parse("class-prior", "no.py", out))
    assert str(error.value) == f"the prior '{out}' must be a file, but it is a broken link"
