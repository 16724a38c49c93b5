"""The command that exports hands on what it was told."""

from pathlib import Path

import pytest

from mmadvent.cli.export import run
from tests.cli.parsing import parse


@pytest.mark.parametrize(("scope", "library"), [("mmseg", "mmseg"), ("mmdet", "mmdet")])
def test_the_configs_half_names_the_library(
    scope: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "toy.py"
    config.write_text(f"default_scope = '{scope}'\nmodel = dict(depth=3)\n")
    exported: list[tuple] = []
    monkeypatch.setattr(
        "mmadvent.export.plain.export", lambda *arguments: exported.append(arguments)
    )
    run(parse("export", config, "weights.pth", "out", "--cfg-options", "model.depth=5"))
    ((chosen, read, *others),) = exported
    assert chosen.name == library and read.model.depth == 5
    assert others == ["toy", "weights.pth", Path("out")]


@pytest.mark.parametrize("words", [[], ["a.py"], ["a.py", "a.pth"]])
def test_all_three_must_be_told(words: list[str], capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stop:
        parse("export", *words)
    assert stop.value.code == 2 and "out_dir" in capsys.readouterr().err
