"""Whose a work directory is, and which checkpoint it goes on from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from mmadvent.errors import InputError
from mmadvent.io import work_dir
from mmadvent.io.work_dir import (
    check_work_dir,
    last_checkpoint,
    note_last_checkpoint,
    owned_work_dir,
)

HOLD = """
import sys, time
from mmadvent.io.work_dir import owned_work_dir
with owned_work_dir(sys.argv[1]):
    print("mine", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_dir, "PATIENCE_SECONDS", 0.0)


def test_a_folder_that_is_there_or_could_be_made(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "a" / "b"):
        check_work_dir(str(path))
    assert not list(tmp_path.iterdir())


def test_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("nowhere")
    for name, kind in (("file", "a file"), ("link", "a broken link")):
        for path in (tmp_path / name, tmp_path / name / "below"):
            with pytest.raises(InputError) as error:
                check_work_dir(str(path))
            assert str(error.value) == (
                f"the work directory '{path}' must be a folder, but '{tmp_path / name}' is {kind}"
            )


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *arguments: False)  # root may write anywhere
    with pytest.raises(InputError) as error:
        check_work_dir(str(tmp_path / "new"))
    assert str(error.value) == (
        f"the work directory '{tmp_path / 'new'}' must be a folder that can be written, but "
        f"'{tmp_path}' cannot"
    )


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=3 << 20))
    check_work_dir(str(tmp_path), room=2 << 20)
    with pytest.raises(InputError) as error:
        check_work_dir(str(tmp_path / "new"), room=9 << 20)
    assert str(error.value) == (
        f"the work directory '{tmp_path / 'new'}' must be on a disk with at least 10 MiB free, got "
        "3 MiB"
    )


def test_a_second_run_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    folder = str(tmp_path / "run")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "mine\n"
        with pytest.raises(InputError) as error, owned_work_dir(folder):
            pass
        assert str(error.value) == (
            f"the work directory '{folder}' must be of one run alone, but another run is using "
            "it: let that end or give another --work-dir"
        )
    finally:
        holder.kill()
        holder.wait()
    assert Path(folder, ".lock").exists()  # what a dead process leaves is no obstacle
    for _ in range(2):
        with (
            owned_work_dir(folder),
            pytest.raises(InputError, match="of one run alone"),
            owned_work_dir(folder),
        ):
            pass


def test_a_process_that_the_owner_has_forked_does_not_keep_the_lock(tmp_path: Path) -> None:
    with owned_work_dir(str(tmp_path)):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)  # until the parent closes its end
            os._exit(0)
        os.close(reading)
    try:
        with owned_work_dir(str(tmp_path)):
            pass
    finally:
        os.close(writing)
        os.waitpid(child, 0)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError) as error, owned_work_dir(str(tmp_path / "file")):
        pass
    assert (
        str(error.value) == f"the work directory '{tmp_path}/file' cannot be written: File exists"
    )


def test_the_last_checkpoint_is_one_of_its_own(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    (tmp_path / "iter_2.pth").write_bytes(b"")
    seen_from_here = os.path.relpath(tmp_path / "iter_2.pth")
    for text in (
        "iter_2.pth", "/where/it/was/iter_2.pth", f"{tmp_path}/iter_2.pth\n", seen_from_here
    ):  # fmt: skip
        note_last_checkpoint(tmp_path, text)
        assert last_checkpoint(tmp_path) == tmp_path / "iter_2.pth"


@pytest.mark.parametrize(
    "text",
    [
        "", "/nowhere/iter_3.pth", "http://127.0.0.1:1/iter_3.pth", "..", "a\0b", "../a/iter_2.pth",
        "a/iter_2.pth",
    ],
)  # fmt: skip
def test_a_pointer_to_nothing_of_its_own(tmp_path: Path, text: str) -> None:
    (tmp_path / "iter_2.pth").write_bytes(b"")
    (tmp_path / "last_checkpoint").write_text(text)
    with pytest.raises(InputError) as error:
        last_checkpoint(tmp_path)
    assert str(error.value) == (
        f"'{tmp_path}/last_checkpoint' must name a checkpoint in its own folder, got '{text}': "
        "write the name of one that is there into it, or remove it to start anew"
    )


def test_a_pointer_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "last_checkpoint").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="last_checkpoint' cannot be read: "):
        last_checkpoint(tmp_path)
