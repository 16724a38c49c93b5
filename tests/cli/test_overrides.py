"""Overrides that are none are named."""

from argparse import ArgumentParser

import pytest

from mmadvent.cli.overrides import OverrideAction


def test_overrides(capsys: pytest.CaptureFixture) -> None:
    parser = ArgumentParser(prog="x")
    parser.add_argument("--cfg-options", nargs="+", action=OverrideAction)
    args = parser.parse_args(["--cfg-options", "a.b=1", "c=2,x"])
    assert args.cfg_options == {"a.b": 1, "c": [2, "x"]}
    for value in ("model", "=3", "model.=3", ""):
        with pytest.raises(SystemExit) as stop:
            parser.parse_args(["--cfg-options", value])
        assert stop.value.code == 2
        assert capsys.readouterr().err.splitlines()[-1] == (
            f"x: error: --cfg-options must be KEY=VALUE or KEY.KEY=VALUE, got '{value}'"
        )
    with pytest.raises(SystemExit):
        parser.parse_args(["--cfg-options", "a=[1,2"])
    sentence = capsys.readouterr().err.splitlines()[-1]
    assert sentence.startswith("x: error: --cfg-options must hold values such as 1, a or [a,b]: ")
