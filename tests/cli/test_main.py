"""The console script: its table of commands, its help, and that it imports late."""

import sys
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

from mmadvent.cli import main as script
from mmadvent.cli.main import COMMANDS, main, module_of, overview, run_command
from mmadvent.compat import VersionError
from mmadvent.version import __version__

TOOLS = Path(__file__).resolve().parents[2] / "tools"
HEAVY = ("torch", "mmcv", "mmseg", "mmdet", "mmengine.runner", "matplotlib", "cv2")
HELP = """
import sys
from mmadvent.cli.main import COMMANDS, main
for command in sys.argv[1:]:
    try:
        main([command, "--help"])
    except SystemExit as stop:
        assert stop.code == 0
print("loaded:", *sorted(set(sys.modules) & set({heavy})))
""".replace("{heavy}", repr(HEAVY))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_module_and_its_two_lines_in_tools(command: str) -> None:
    module = module_of(command)
    assert module.__doc__ and callable(module.add_arguments) and callable(module.run)
    assert f"mmadvent {command}" in module.__doc__ or command == "test"
    text = (TOOLS / f"{command.replace('-', '_')}.py").read_text()
    assert f'run_command("{command}")' in text


def test_tools_holds_no_other_script() -> None:
    names = {path.stem.replace("_", "-") for path in TOOLS.glob("*.py")}
    assert names == {*COMMANDS, "export-segmentor", "export-detector"}  # former names


def test_help_imports_nothing_heavy(fresh_python: Any) -> None:
    printed = fresh_python(HELP, *COMMANDS)
    assert printed.splitlines()[-1] == "loaded:", printed[-300:]
    assert printed.count("usage: mmadvent ") == len(COMMANDS)


def test_the_overview_names_every_command_within_two_seconds(fresh_python: Any) -> None:
    begin = perf_counter()
    printed = fresh_python("from mmadvent.cli.main import main; main([])")
    assert perf_counter() - begin < 2
    assert printed.strip() == overview()
    assert "\n  train " in printed and "Train a model, on one domain or on two." in printed


def test_the_version(capsys: pytest.CaptureFixture) -> None:
    main(["--version"])
    assert capsys.readouterr().out == f"{__version__}\n"


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["tain"])
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: the command must be among list-configs, ")
    assert error.endswith(", got 'tain'\n")


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment whose versions do not fit."""

    def refuse() -> None:
        raise VersionError("mmadvent is tested with others")

    monkeypatch.setattr(script, "check_versions", refuse)


@pytest.mark.parametrize(
    ("words", "before"), [(["c.py", "--out", ""], "--out"), ([" "], "the command")]
)
def test_an_empty_word_is_refused(
    words: list[str], before: str, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        run_command("test", words)
    assert capsys.readouterr().err == (
        f"error: no word of a command line may be empty, got one after {before}\n"
    )


@pytest.mark.usefixtures("refusing")
def test_versions_are_checked_before_a_command_is_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(script, "module_of", lambda name: pytest.fail("imported"))
    with pytest.raises(SystemExit):
        run_command("train", [])
    assert capsys.readouterr().err == "error: mmadvent is tested with others\n"


@pytest.mark.usefixtures("refusing")
def test_only_collect_env_runs_where_versions_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []
    command = SimpleNamespace(__doc__="", add_arguments=lambda parser: None, run=ran.append)
    monkeypatch.setattr(script, "module_of", lambda name: command)
    monkeypatch.setattr(sys, "argv", ["collect_env.py"])
    run_command("collect-env")
    assert len(ran) == 1
