"""The command prints what ``python -m mmadvent.collect_env`` does."""

import pytest

from mmadvent.cli.collect_env import run
from tests.cli.parsing import parse


def test_it_prints_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr("mmadvent.collect_env.environment", lambda: "all of it")
    run(parse("collect-env"))
    assert capsys.readouterr().out == "all of it\n"
