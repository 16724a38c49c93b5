"""Checkpoints that are whole, and old ones that stay until the new one is."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.hooks import CheckpointHook

from mmadvent.engine import WholeCheckpointHook
from mmadvent.engine.hooks import whole_checkpoint_hook
from mmadvent.errors import InputError
from tests.small_runs import small_run, stored


def test_the_last_are_kept_and_the_last_is_named(tmp_path: Path) -> None:
    small_run(tmp_path, max_iters=7, hooks=dict(checkpoint=dict(max_keep_ckpts=2))).train()
    assert stored(tmp_path) == ["iter_6.pth", "iter_7.pth"]
    assert (tmp_path / "last_checkpoint").read_text() == str(tmp_path / "iter_7.pth")
    assert torch.load(tmp_path / "iter_7.pth")["meta"]["iter"] == 7
    assert not list(tmp_path.glob(".*.pth*"))


@pytest.mark.parametrize("name", ["iter_4.pth", "last_checkpoint"])
def test_a_kill_while_one_is_written_leaves_the_one_before(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one checkpoint only, where upstream's removes it first."""
    replace = os.replace

    def kill(source: Any, target: Any) -> None:
        if Path(target).name == name and (name != POINTER or (tmp_path / "iter_4.pth").exists()):
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", kill)
        with pytest.raises(KeyboardInterrupt):
            small_run(tmp_path).train()
    assert (tmp_path / POINTER).read_text() == str(tmp_path / "iter_2.pth")
    assert torch.load(tmp_path / "iter_2.pth")["meta"]["iter"] == 2
    # Resumed, it ends as it would have, and nothing outdated stays.
    resumed = small_run(tmp_path, resume=True)
    resumed.train()
    assert resumed.iter == 4
    assert stored(tmp_path) == ["iter_4.pth"]


POINTER = "last_checkpoint"


def test_a_kill_before_the_removal_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(hook: WholeCheckpointHook) -> None:
        if (tmp_path / "iter_4.pth").exists():
            raise KeyboardInterrupt
        remove(hook)

    remove = WholeCheckpointHook._remove_outdated
    with monkeypatch.context() as patch:
        patch.setattr(WholeCheckpointHook, "_remove_outdated", kill)
        with pytest.raises(KeyboardInterrupt):
            small_run(tmp_path).train()
    assert stored(tmp_path) == ["iter_2.pth", "iter_4.pth"]
    small_run(tmp_path, resume=True).train()
    assert stored(tmp_path) == ["iter_4.pth"]


def test_the_best_one_is_removed_after_a_better_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    write = whole_checkpoint_hook.write_whole

    def watch(path: Path, content: bytes) -> None:
        write(path, content)
        if path.name.startswith("best"):
            seen.append(stored(tmp_path))

    monkeypatch.setattr(whole_checkpoint_hook, "write_whole", watch)
    best = dict(checkpoint=dict(save_best="acc", max_keep_ckpts=1))
    run = small_run(tmp_path, max_iters=6, val_interval=2, scores=(0.1, 0.3, 0.2), hooks=best)
    run.train()
    first, second = "best_acc_iter_2.pth", "best_acc_iter_4.pth"
    assert seen == [[first, "iter_2.pth"], [first, second, "iter_4.pth"]]
    assert stored(tmp_path) == [second, "iter_6.pth"]


@pytest.mark.parametrize("measures", ["acc", ["acc", "same"]])
def test_a_copied_run_leaves_the_original_alone(tmp_path: Path, measures: str | list[str]) -> None:
    """A checkpoint names the best one by its whole path."""
    first, copied = tmp_path / "first", tmp_path / "copied"
    best = dict(checkpoint=dict(save_best=measures, rule="greater"))
    settings = dict(val_interval=2, hooks=best)
    small_run(first, max_iters=2, scores=(0.1,), **settings).train()
    before = stored(first)
    shutil.copytree(first, copied)
    small_run(copied, max_iters=4, scores=(0.3,), resume=True, **settings).train()
    assert stored(first) == before
    names = ["acc"] if measures == "acc" else measures
    assert stored(copied) == [*(f"best_{name}_iter_4.pth" for name in names), "iter_4.pth"]


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_checkpoint_hook, "write_whole", full)
    with pytest.raises(InputError) as error:
        small_run(tmp_path).train()
    assert str(error.value) == (
        f"the checkpoint '{tmp_path}/iter_2.pth' cannot be written: No space left on device"
    )
    assert stored(tmp_path) == []


@pytest.mark.parametrize("name", ["out_dir", "file_client_args", "backend_args"])
def test_checkpoints_lie_in_the_work_directory(name: str) -> None:
    with pytest.raises(InputError) as error:
        WholeCheckpointHook(**{name: dict(backend="local")})
    assert str(error.value) == (
        f"default_hooks.checkpoint.{name} must be left out: checkpoints lie in the work directory "
        "(--work-dir)"
    )
    WholeCheckpointHook(**{name: None})


def test_upstream_still_saves_where_this_hook_steps_in() -> None:
    for name in ("_save_checkpoint_with_step", "_save_best_checkpoint"):
        assert callable(getattr(CheckpointHook, name))
