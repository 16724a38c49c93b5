"""What the command lines share: configs, launchers and one-sentence errors."""

import errno
import os
from argparse import ArgumentParser
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.registry import RUNNERS

from mmadvent.cli.command_line import (
    RANKS,
    TORCHRUN_VARIABLES,
    UPSTREAM_HOOKS,
    add_config_arguments,
    add_run_arguments,
    build_runner,
    is_detection,
    load_config,
    one_sentence_errors,
    own_work_dir,
    use_launcher,
)
from mmadvent.errors import InputError


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "method" / "pair.py"
    file.parent.mkdir()
    file.write_text("model = dict(depth=3)\ntarget_dataloader = dict(batch_size=1)\n")
    return str(file)


def test_arguments_that_openmmlabs_users_know() -> None:
    parser = ArgumentParser()
    add_config_arguments(parser)
    add_run_arguments(parser)
    args = parser.parse_args(["a.py"])
    assert vars(args) == dict(
        config="a.py", cfg_options=None, work_dir=None, launcher="none", local_rank=0
    )
    words = ["a.py", "--local-rank", "1", "--launcher", "slurm", "--cfg-options", "a.b=1", "c=2,x"]
    args = parser.parse_args(words)
    assert (args.local_rank, args.launcher) == (1, "slurm")
    assert args.cfg_options == {"a.b": 1, "c": [2, "x"]}
    with pytest.raises(SystemExit):
        parser.parse_args(["a.py", "--launcher", "ssh"])


def test_a_config_with_options(path: str) -> None:
    config = load_config(path, {"model.depth": 5, "target_dataloader.batch_size": 2})
    assert (config.model.depth, config.target_dataloader.batch_size) == (5, 2)
    assert load_config(path).model.depth == 3


def test_options_for_the_targets_place_before(path: str) -> None:
    with pytest.warns(FutureWarning, match="will not be read by the next version"):
        config = load_config(path, {"train_cfg.target_dataloader.batch_size": 4})
    assert config.target_dataloader.batch_size == 4


def test_the_work_directory_is_the_first_that_is_named(path: str) -> None:
    assert load_config(path).work_dir == os.path.join("work_dirs", "method", "pair")
    assert load_config(path, {"work_dir": "mine"}).work_dir == "mine"
    assert load_config(path, {"work_dir": "mine"}, "given").work_dir == "given"


def test_sections_of_another_kind(path: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^train_cfg must be a dict, got 3$"):
        load_config(path, {"train_cfg": 3})
    wrong = tmp_path / "wrong.py"
    wrong.write_text("train_cfg = 3\n")
    with pytest.raises(InputError, match=r"^train_cfg must be a dict, got 3$"):
        load_config(str(wrong))


def test_no_scope_is_as_one_that_is_not_given(path: str) -> None:
    assert "default_scope" not in load_config(path, {"default_scope": None})


def test_files_that_are_not_there(path: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="^the config 'no.py' does not exist$"):
        load_config("no.py")
    child = tmp_path / "child.py"
    child.write_text("_base_ = 'no.py'\n")
    with pytest.raises(InputError, match=f"^the config '{child}' cannot be read: .*no.py"):
        load_config(str(child))


@pytest.mark.parametrize(("scope", "expected"), [("mmdet", True), ("mmseg", False), (None, False)])
def test_the_scope_tells_the_half(scope: str | None, expected: bool) -> None:
    assert is_detection(Config({} if scope is None else dict(default_scope=scope))) is expected


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What asks for a process group, in an environment without torchrun."""
    asked: list[str] = []
    for name in ("LOCAL_RANK", *TORCHRUN_VARIABLES):
        monkeypatch.setenv(name, "")  # so that it is restored
        monkeypatch.delenv(name)
    monkeypatch.setattr("mmadvent.cli.command_line.join_cpu_group", asked.append)
    monkeypatch.setattr("mmengine.device.get_device", lambda: "cpu")
    return asked


@pytest.mark.parametrize("launcher", ["none", "slurm", "mpi"])
def test_other_launchers_only_get_their_name(joined: list[str], launcher: str) -> None:
    config = Config()
    use_launcher(config, launcher, 3)
    assert config.to_dict() == dict(launcher=launcher) and not joined
    assert os.environ["LOCAL_RANK"] == "3"
    use_launcher(config, launcher, 4)  # torchrun's own comes first
    assert os.environ["LOCAL_RANK"] == "3"


def test_torchrun_is_needed(joined: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.setenv("RANK", "0")
    with pytest.raises(InputError) as error:
        use_launcher(Config(), "pytorch", 0)
    assert str(error.value).endswith("but WORLD_SIZE, MASTER_ADDR, MASTER_PORT is not set")
    assert not joined


@pytest.mark.parametrize(
    ("settings", "wrapper"),
    [
        (
            dict(find_unused_parameters=True),
            dict(
                type="MMDistributedDataParallel",
                broadcast_buffers=False,
                find_unused_parameters=True,
            ),
        ),
        (dict(model_wrapper_cfg=dict(type="Ours")), dict(type="Ours")),
    ],
)
def test_a_cpu_has_no_device_number(
    joined: list[str], monkeypatch: pytest.MonkeyPatch, settings: dict, wrapper: dict
) -> None:
    for name in ("LOCAL_RANK", *TORCHRUN_VARIABLES):
        monkeypatch.setenv(name, "0")
    config = Config(settings)
    use_launcher(config, "pytorch", 0)
    assert config.model_wrapper_cfg == wrapper | dict(device_ids=None)
    assert joined == ["pytorch"]
    monkeypatch.setattr("mmengine.device.get_device", lambda: "cuda")
    config = Config(settings)
    use_launcher(config, "pytorch", 0)
    assert "device_ids" not in config.get("model_wrapper_cfg", {})


def test_a_runner_of_the_configs_own_type(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Config] = []
    monkeypatch.setattr(RUNNERS, "build", lambda config: built.append(config) or "mine")
    monkeypatch.setattr("mmengine.runner.Runner.from_cfg", lambda config: "mmengine's")
    config = Config(dict(runner_type="Mine"))
    assert build_runner(config) == "mine" and built == [config]
    assert build_runner(Config()) == "mmengine's"


def test_any_default_hook_can_be_turned_off(tmp_path: Path) -> None:
    hooks: dict[str, object] = dict.fromkeys([*UPSTREAM_HOOKS, "visualization", "finite"])
    runner = build_runner(
        Config(
            dict(
                model=dict(type="BaseDataPreprocessor"),
                work_dir=str(tmp_path),
                experiment_name="turned_off",
                log_level="WARNING",
                default_hooks=hooks | dict(memory=dict(type="EMAHook")),
            )
        )
    )
    assert [type(hook).__name__ for hook in runner.hooks] == ["EMAHook"]


def told(capsys: pytest.CaptureFixture, error: Exception) -> str:
    with pytest.raises(SystemExit) as stop, one_sentence_errors():
        raise error
    assert stop.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


def test_an_input_error_is_one_sentence(capsys: pytest.CaptureFixture) -> None:
    assert told(capsys, InputError("x must be 1, got 2")) == "error: x must be 1, got 2\n"


def test_the_first_cause_is_told(capsys: pytest.CaptureFixture) -> None:
    # A registry wraps what a constructor raises; a data worker sends a traceback as text.
    wrapped = RuntimeError("class `A` in a.py: x must be 1")
    wrapped.__cause__ = InputError("x must be 1, got 2")
    assert told(capsys, wrapped) == "error: x must be 1, got 2\n"
    worker = InputError(
        "Caught InputError in DataLoader worker process 0.\nTraceback (most recent call last):\n"
        "mmadvent.errors.InputError: the image 'a: b' cannot be read: c\n"
    )
    assert told(capsys, worker) == "error: the image 'a: b' cannot be read: c\n"


def test_other_errors_keep_their_traceback() -> None:
    with pytest.raises(KeyError, match="x"), one_sentence_errors():
        raise KeyError("x")
    with one_sentence_errors():
        pass


def test_what_the_system_refuses_is_one_sentence(capsys: pytest.CaptureFixture) -> None:
    error = PermissionError(13, "Permission denied", "a/b")
    assert told(capsys, error) == "error: 'a/b' cannot be used: Permission denied\n"
    with pytest.raises(OSError, match="full"), one_sentence_errors():
        raise OSError("full")  # of nothing that could be named


def test_names_are_printed_without_what_a_terminal_obeys(capsys: pytest.CaptureFixture) -> None:
    assert told(capsys, InputError("no \x1b[2J file\nhere")) == "error: no \\x1b[2J file\\nhere\n"
    assert len(told(capsys, InputError("a" * 10_000))) < 700


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("model = dict(", "SyntaxError: "),
        ("raise RuntimeError('own')", "RuntimeError: own"),
        ("_base_ = 3", ""),
        ("a = 1 / 0", "ZeroDivisionError: division by zero"),
        ("import nowhere\na = [nowhere.C]", "ModuleNotFoundError: Failed to import nowhere"),
    ],
)
def test_a_config_that_raises_is_named(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "a.py"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        load_config(str(file))
    assert str(caught.value).startswith(f"the config '{file}' cannot be read: {reason}")


def test_options_that_fit_nothing_are_named(path: str) -> None:
    with pytest.raises(InputError) as caught:
        load_config(path, {"model.depth.0": 1})
    assert str(caught.value).startswith("--cfg-options model.depth.0=1 cannot be applied: ")


def test_workers_that_persist_where_there_are_none(path: str) -> None:
    options = {"target_dataloader.num_workers": 0, "target_dataloader.persistent_workers": True}
    assert "persistent_workers" not in load_config(path, options).target_dataloader


def test_control_characters_are_told_as_escapes(capsys: pytest.CaptureFixture) -> None:
    error = InputError("the image 'a\x1b[2J\nb\r\u202ec\udcff' does not exist: ü")
    assert told(capsys, error) == (
        "error: the image 'a\\x1b[2J\\nb\\r\\u202ec\\udcff' does not exist: ü\n"
    )


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
def test_a_disk_that_takes_nothing_is_one_sentence(
    capsys: pytest.CaptureFixture, code: int
) -> None:
    error = OSError(code, os.strerror(code), "run/scalars.json")
    assert told(capsys, error) == (
        f"error: 'run/scalars.json' cannot be written: {os.strerror(code)}\n"
    )
    assert told(capsys, OSError(code, "full")) == "error: a file cannot be written: full\n"
    with pytest.raises(OSError, match="gone"), one_sentence_errors():
        raise OSError(errno.EIO, "gone")


def test_the_first_process_owns_the_work_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmadvent.io.work_dir.PATIENCE_SECONDS", 0.0)
    for name in RANKS:
        monkeypatch.delenv(name, raising=False)
    config = Config(dict(work_dir=str(tmp_path / "run")))
    with own_work_dir(config):
        with pytest.raises(InputError, match="of one run alone"), own_work_dir(config):
            pass
        for name in RANKS:
            with monkeypatch.context() as patch:
                patch.setenv(name, "1")
                with own_work_dir(Config(config.to_dict() | dict(launcher="pytorch"))):
                    pass
                # A run of one process in a job of several is not one of several.
                with pytest.raises(InputError, match="of one run alone"), own_work_dir(config):
                    pass
