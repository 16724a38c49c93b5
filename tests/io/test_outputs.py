"""Places for results that are of another kind or closed."""

import os
from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.io.outputs import check_file_to_write, check_folder_to_write


def test_places_that_are_free_or_of_the_right_kind(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check_file_to_write(tmp_path / "file", "--out")
    check_file_to_write(tmp_path / "new/folder/file", "--out")
    check_folder_to_write(tmp_path, "--out")
    check_folder_to_write(str(tmp_path / "new" / "folder"), "--out")
    assert os.listdir(tmp_path) == ["file"]


def test_places_of_the_wrong_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, loop = tmp_path / "file", tmp_path / "loop"
    file.touch()
    loop.symlink_to("loop")
    for check, path, sentence in (
        (check_file_to_write, tmp_path, f"--out '{tmp_path}' must be a file, but it is a folder"),
        (check_file_to_write, loop, f"--out '{loop}' must be a file, but it is a broken link"),
        (
            check_file_to_write,
            file / "a",
            f"the folder of --out '{file}' must be a folder, but '{file}' is a file",
        ),
        (check_folder_to_write, file, f"--out '{file}' must be a folder, but '{file}' is a file"),
        (
            check_folder_to_write,
            file / "a",
            f"--out '{file / 'a'}' must be a folder, but '{file}' is a file",
        ),
        (
            check_folder_to_write,
            loop,
            f"--out '{loop}' must be a folder, but '{loop}' is a broken link",
        ),
    ):
        with pytest.raises(InputError) as caught:
            check(path, "--out")
        assert str(caught.value) == sentence
    # Nothing is read-only for the superuser.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    for check, path, sentence in (
        (
            check_folder_to_write,
            tmp_path / "new",
            f"--out '{tmp_path / 'new'}' must be a folder that can be written, but '{tmp_path}' "
            "cannot",
        ),
        (
            check_file_to_write,
            tmp_path / "new",
            f"the folder of --out '{tmp_path}' must be a folder that can be written, but "
            f"'{tmp_path}' cannot",
        ),
    ):
        with pytest.raises(InputError) as caught:
            check(path, "--out")
        assert str(caught.value) == sentence
