"""Listing of folders, and one sentence where something is not there."""

from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.io.listing import check_partners_exist, list_images, missing_files


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_sub_folders_and_endings_in_any_case(tmp_path: Path) -> None:
    touch(tmp_path, "b/x.PNG", "a.png", "b/c/y.png", "b/x.json")
    assert list_images(str(tmp_path), (".png",), "D", "images") == ["a.png", "b/c/y.png", "b/x.PNG"]


def test_a_linked_folder_is_searched(tmp_path: Path) -> None:
    touch(tmp_path / "elsewhere", "a.png")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/link").symlink_to(tmp_path / "elsewhere")
    assert list_images(str(tmp_path / "root"), (".png",), "D", "images") == ["link/a.png"]


def test_hidden_files_and_folders_are_no_images(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "._a.png", ".ipynb_checkpoints/a-checkpoint.png", "b/.c/d.png")
    assert list_images(str(tmp_path), (".png",), "D", "images") == ["a.png"]
    # The folder that is asked for may be hidden itself.
    assert list_images(str(tmp_path / "b/.c"), (".png",), "D", "images") == ["d.png"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.png", "b/2.png")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/beside").symlink_to(tmp_path / "b")
    (tmp_path / "b/back").symlink_to(tmp_path / "a")
    found = list_images(str(tmp_path), (".png",), "D", "images")
    assert found == ["a/1.png", "a/beside/2.png", "b/2.png", "b/back/1.png"]


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        list_images(str(tmp_path / "no"), (".png",), "D", "the images")
    assert str(caught.value) == (
        f"D: the folder '{tmp_path}/no' does not exist; it should hold the images"
    )


def test_an_empty_folder(tmp_path: Path) -> None:
    touch(tmp_path, "a.gif")
    with pytest.raises(InputError) as caught:
        list_images(str(tmp_path), (".PNG", ".jpg"), "D", "the images")
    assert str(caught.value) == (
        f"D: the split '{tmp_path}' is empty: no file there ends in .png or .jpg; it should hold "
        "the images"
    )


def test_missing_files_keep_their_order(tmp_path: Path) -> None:
    touch(tmp_path, "a/1", "a/3")
    asked = [str(tmp_path / name) for name in ("a/4", "a/1", "none/1", "a/2", "a/3")]
    assert missing_files(asked) == [asked[0], asked[2], asked[3]]
    assert missing_files(asked[1:2]) == []


def test_a_link_to_nowhere_is_missing(tmp_path: Path) -> None:
    touch(tmp_path, "a")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to(tmp_path / "none")
    asked = [str(tmp_path / name) for name in "abc"]
    assert missing_files(asked) == [asked[2]]


def test_two_images_do_not_share_a_partner(tmp_path: Path) -> None:
    touch(tmp_path, "d.png")
    label = str(tmp_path / "d.png")
    with pytest.raises(InputError) as caught:
        check_partners_exist([("i/d.jpg", label), ("i/d.png", label)], "D")
    assert str(caught.value) == (
        "images must differ in more than their ending to have a label each, got 'i/d.jpg' and "
        "'i/d.png'"
    )


def test_partners(tmp_path: Path) -> None:
    touch(tmp_path, "d/1", "d/3")
    pairs = [(f"i/{number}", str(tmp_path / f"d/{number}")) for number in range(1, 5)]
    check_partners_exist([pairs[0], pairs[2]], "D", "depth")
    with pytest.raises(InputError) as caught:
        check_partners_exist(pairs, "D", "depth")
    assert str(caught.value) == (
        f"D: 2 of 4 images have no depth, the first is 'i/2', which needs '{tmp_path}/d/2'"
    )


def test_names_that_fit_a_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "a/1_x.png", "2_x.png", "1_y.png")
    found = list_images(str(tmp_path), (".png",), "D", "images", pattern="1_*")
    assert found == ["1_y.png", "a/1_x.png"]
    with pytest.raises(InputError) as caught:
        list_images(str(tmp_path), (".png",), "D", "images", pattern="3_*")
    assert str(caught.value) == (
        f"D.pattern must fit the name of an image, but none of the 3 in '{tmp_path}' fits '3_*'; "
        "the first is '1_y.png'"
    )
