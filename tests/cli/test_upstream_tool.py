"""Upstream's scripts are found, and run after upstream is mended."""

import sys
from pathlib import Path

import pytest

from mmadvent.cli import upstream_tool
from mmadvent.cli.upstream_tool import run, script_of
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_scripts_are_found_or_near_ones_named() -> None:
    assert script_of("mmdet", "misc/print_config.py").is_file()
    with pytest.raises(InputError, match="; there is misc/print_config.py$"):
        script_of("mmdet", "print_config.py")
    with pytest.raises(InputError, match="^mmseg has no script 'none.py' in "):
        script_of("mmseg", "none.py")
    for name in ("", "misc", "..", "../../../__init__.py"):
        with pytest.raises(InputError, match=f"^mmseg has no script '{name}' in "):
            script_of("mmseg", name)
    with pytest.raises(InputError) as error:
        script_of("mmpose", "test.py")
    assert str(error.value) == "the library must be mmseg or mmdet, and installed, got 'mmpose'"


def test_a_script_gets_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys; print(__name__, sys.argv[1:])")
    monkeypatch.setattr(upstream_tool, "script_of", lambda library, name: script)
    monkeypatch.setattr(sys, "argv", ["mmadvent"])
    run(parse("upstream-tool", "mmdet", "script.py", "a.py", "--out", "b"))
    assert capsys.readouterr().out == "__main__ ['a.py', '--out', 'b']\n"
