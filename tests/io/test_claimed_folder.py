"""A folder belongs to the settings that made it."""

from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.io.claimed_folder import claim_folder


def test_claimed_once_and_again(tmp_path: Path) -> None:
    for _ in range(2):
        claim_folder(tmp_path / "out", "note.json", dict(a=1, b=[2]), "sums")
    with pytest.raises(InputError) as caught:
        claim_folder(tmp_path / "out", "note.json", dict(a=2, b=[2]), "sums")
    assert str(caught.value) == (
        f"'{tmp_path}/out' holds sums of other settings (a 1, b [2] instead of a 2, b [2]): choose "
        "another folder or remove it"
    )


def test_a_folder_of_others(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="must be free or hold images that this tool made"):
        claim_folder(tmp_path, "note.json", {}, "sums")
