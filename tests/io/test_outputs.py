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
    told = "--out must be a folder or in one, got"
    for check, path, sentence in (
        (check_file_to_write, tmp_path, f"--out must be a file, got the folder '{tmp_path}'"),
        (check_file_to_write, file / "a", f"{told} '{file}': '{file}' is a file"),
        (check_folder_to_write, file, f"{told} '{file}': '{file}' is a file"),
        (check_folder_to_write, file / "a", f"{told} '{file / 'a'}': '{file}' is a file"),
        (
            check_folder_to_write,
            loop,
            f"--out cannot be written to '{loop}': Too many levels of symbolic links",
        ),
    ):
        with pytest.raises(InputError) as caught:
            check(path, "--out")
        assert str(caught.value) == sentence
    # Nothing is read-only for the superuser.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InputError) as caught:
        check_folder_to_write(tmp_path / "new", "--out")
    assert str(caught.value) == (
        f"--out must be in a folder that can be written into, got '{tmp_path / 'new'}'"
    )
    with pytest.raises(InputError) as caught:
        check_file_to_write(tmp_path / "new", "--out")
    assert str(caught.value) == (
        f"--out must be in a folder that can be written into, got '{tmp_path}'"
    )
