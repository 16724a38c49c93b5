"""The command line of every export hands on what it was told."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mmadvent.cli import export as command

LIBRARY: Any = SimpleNamespace(name="mmtoy")


def test_what_is_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "toy.py"
    config.write_text("model = dict(depth=3)\n")
    exported: list[tuple] = []
    monkeypatch.setattr(command, "export", lambda *arguments: exported.append(arguments))
    words = [str(config), "weights.pth", "out", "--cfg-options", "model.depth=5"]
    monkeypatch.setattr(sys, "argv", ["export_toy.py", *words])
    command.export_model(LIBRARY)
    ((library, read, *others),) = exported
    assert library is LIBRARY and read.model.depth == 5
    assert others == ["toy", "weights.pth", Path("out")]


@pytest.mark.parametrize("words", [[], ["a.py"], ["a.py", "a.pth"]])
def test_all_three_must_be_told(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["export_toy.py", *words])
    with pytest.raises(SystemExit) as stop:
        command.parse_args(LIBRARY)
    assert stop.value.code == 2 and "out_dir" in capsys.readouterr().err


def test_the_help_names_the_library(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["export_toy.py", "--help"])
    with pytest.raises(SystemExit):
        command.parse_args(LIBRARY)
    assert "so that plain mmtoy loads it" in capsys.readouterr().out
