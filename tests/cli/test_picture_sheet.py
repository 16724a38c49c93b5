"""Which models and pictures are drawn; the sheets are checked with the results."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mmengine.config import Config
from mmengine.registry import DATASETS

from mmadvent.cli.picture_sheet import column, run, spread
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_a_column_is_the_config_and_the_last_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        column("AdvEnt", tmp_path)
    assert str(error.value) == (
        f"'{tmp_path}' is not a finished training: it needs a config and checkpoint"
    )
    (tmp_path / "toy.py").write_text("depth = 3\n")
    (tmp_path / "last_checkpoint").write_text("/where/it/was/iter_4.pth\n")
    (tmp_path / "iter_4.pth").touch()
    found = column("AdvEnt", tmp_path)
    assert (found.title, found.config.depth) == ("AdvEnt", 3)
    assert found.checkpoint == tmp_path / "iter_4.pth"
    (tmp_path / "other.py").write_text("depth = 4\n")
    with pytest.raises(InputError) as error:
        column("AdvEnt", tmp_path)
    assert str(error.value) == (
        f"'{tmp_path}' must hold one config, got other.py, toy.py: move those of other runs away"
    )


@pytest.mark.parametrize("score", ["30", "-0.1", "nan"])
def test_a_score_is_a_share(score: str) -> None:
    with pytest.raises(InputError) as error:
        run(parse("picture-sheet", "--model", "A", "work", "--score", score))
    assert str(error.value) == f"--score must be in [0, 1], got {float(score)}"


@pytest.mark.parametrize(("count", "expected"), [(3, [0, 3, 6]), (20, list(range(10)))])
def test_pictures_are_spread_over_the_test_set(
    count: int, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DATASETS, "build", lambda config: range(10))
    first: Any = SimpleNamespace(config=Config(dict(test_dataloader=dict(dataset={}))))
    assert spread(first, count) == expected
