"""The words of the command; its table is checked over toy logs."""

from pathlib import Path

import pytest

from mmadvent.cli.model_selection import run
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_each_work_directory_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    room = "mmadvent.results.model_selection"
    monkeypatch.setattr(f"{room}.read_validations", lambda path: path)
    monkeypatch.setattr(f"{room}.selection_table", lambda read: f"table of {len(read)}")
    args = parse("model-selection", "a", "b")
    assert args.work_dirs == [Path("a"), Path("b")]
    run(args)
    assert capsys.readouterr().out == "table of 2\n"


def test_a_seed_counts_once() -> None:
    with pytest.raises(InputError) as error:
        run(parse("model-selection", "a", "b", "./a"))
    assert str(error.value) == (
        "the seeds of a method must be different work directories, got 'a' twice"
    )
