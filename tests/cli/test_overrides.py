"""Overrides that are none, or of nothing, are named."""

from argparse import ArgumentParser
from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.cli.command_line import load_config
from mmadvent.cli.overrides import OverrideAction, check_overridden
from mmadvent.errors import InputError


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


def test_what_a_run_reads_may_be_new() -> None:
    check_overridden(
        Config(dict(model={})),
        [
            *("model.new.key", "resume", "load_from", "work_dir", "randomness.seed"),
            *("data_preprocessor.mean", "test_pipeline.0.type", "tta_pipeline.1.type"),
            *("env_cfg.cudnn_benchmark", "launcher", "custom_hooks", "visualizer.type"),
            *("auto_scale_lr.enable", "log_level", "target_dataloader.batch_size", "sync_bn"),
            *("model_wrapper_cfg.type", "find_unused_parameters", "tta_model", "compile"),
        ],
    )


def test_what_nobody_reads_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("model = dict()\ndata_root = 'data'\n")
    for key, such in (
        ("optim_wraper.optimizer.lr", ", such as optim_wrapper"),
        ("data_rot", ", such as data_root"),
        ("lr", ""),
        ("cfg", ", such as val_cfg"),
    ):
        with pytest.raises(InputError) as error:
            load_config(str(file), {key: 3})
        assert str(error.value) == (
            "--cfg-options must begin with a key that the config or mmengine's runner has"
            f"{such}, got {key}"
        )


def test_what_other_settings_have_taken_over_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(
        "scale = (1280, 720)\n"
        "test_pipeline = [dict(type='Resize', scale=scale)]\n"
        "test_dataloader = dict(dataset=dict(pipeline=test_pipeline))\n"
        "data_preprocessor = dict(size=(512, 512))\n"
        "model = dict(data_preprocessor=data_preprocessor)\n"
    )
    for key in ("scale", "test_pipeline.0.scale", "data_preprocessor.size"):
        with pytest.raises(InputError) as error:
            load_config(str(file), {key: (96, 64)})
        assert str(error.value) == (
            f"--cfg-options cannot change {key}: it is a variable, which the config's other "
            "settings have taken over already; change it in the file, or change those settings"
        )
