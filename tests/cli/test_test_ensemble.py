"""Which members an ensemble has; whole tests are run over toys."""

from pathlib import Path

import pytest

from mmadvent.cli import test_ensemble
from mmadvent.cli.test_ensemble import read_members
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def member(folder: Path, name: str, scope: str = "mmseg") -> Path:
    file = folder / name
    file.write_text(f"default_scope = '{scope}'\nmodel = dict(name='{name}')\n")
    return file


def test_members_with_weights(tmp_path: Path) -> None:
    first, second = member(tmp_path, "a.py"), member(tmp_path, "b.py")
    words = ["--member", first, "a.pth", "--member", second, "b.pth", "2.5"]
    config, members = read_members(parse("test-ensemble", *words))
    assert config.model.name == "a.py"
    assert [one["checkpoint"] for one in members] == ["a.pth", "b.pth"]
    assert [one.get("weight") for one in members] == [None, 2.5]


def test_members_that_are_refused(tmp_path: Path) -> None:
    first = member(tmp_path, "a.py")
    for words, sentence in (
        ([first], f"--member must be CONFIG CHECKPOINT [WEIGHT], got {first}"),
        ([first, "a.pth", "x"], "the weight of 'a.pth' must be a finite number > 0, got 'x'"),
    ):
        with pytest.raises(InputError) as error:
            read_members(parse("test-ensemble", "--member", *words))
        assert str(error.value) == sentence
    empty = tmp_path / "empty.py"
    empty.touch()
    with pytest.raises(InputError, match="^model must be a dict, got none$"):
        read_members(parse("test-ensemble", "--member", empty, "a.pth"))
    detector = member(tmp_path, "d.py", "mmdet")
    with pytest.raises(InputError, match="^--member must be a segmentor, got the detector "):
        read_members(parse("test-ensemble", "--member", detector, "d.pth"))


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        ([], "work_dirs/ensemble/a"),
        (["--cfg-options", "work_dir=mine"], "mine"),
        (["--cfg-options", "work_dir=mine", "--work-dir", "given"], "given"),
    ],
)
def test_its_work_directory(
    words: list[str], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not that of the first member's training."""
    first = member(tmp_path, "a.py")
    first.write_text(f"{first.read_text()}work_dir = 'training'\n")
    run: list[str] = []
    monkeypatch.setattr(test_ensemble, "run_test", lambda config: run.append(config.work_dir))
    test_ensemble.run(parse("test-ensemble", "--member", first, "a.pth", *words))
    assert run == [str(Path(folder))]
