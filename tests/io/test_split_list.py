"""Split lists: which images they name, and one sentence where they name none."""

from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.io.split_list import choose_listed

IMAGES = ("a.png", "b/a.png", "b/c.JPG", "d.jpg", "d.png")
SUFFIXES = (".png", ".jpg")


def chosen(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "list.txt"
    path.write_text(text)
    return choose_listed(IMAGES, str(path), SUFFIXES, "D")


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        chosen(tmp_path, text)
    return str(caught.value)


def test_no_list_is_all_images() -> None:
    assert choose_listed(IMAGES, "", SUFFIXES, "D") == list(IMAGES)


def test_the_order_is_that_of_the_list(tmp_path: Path) -> None:
    assert chosen(tmp_path, "b/c\na\n") == ["b/c.JPG", "a.png"]


def test_endings_may_stand_there_and_empty_lines_do_not_count(tmp_path: Path) -> None:
    assert chosen(tmp_path, "d.png\r\n\n ./b/a.png \n") == ["d.png", "b/a.png"]


def test_an_ending_may_be_a_part_of_the_name(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("ulm/1")
    images = ["ulm/1_leftImg8bit.png", "ulm/2_leftImg8bit.png"]
    assert choose_listed(images, str(path), ("_leftImg8bit.png",), "D") == images[:1]


def test_an_image_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a\ne\n") == (
        f"D: each line of the split list '{tmp_path}/list.txt' must name one image, but 'e' is not "
        "among the images, the first of which is 'a.png'"
    )


def test_a_line_that_fits_two(tmp_path: Path) -> None:
    assert refusal(tmp_path, "d") == (
        f"D: each line of the split list '{tmp_path}/list.txt' must name one image, but 'd' fits 2 "
        "images, the first of which is 'd.jpg'"
    )


def test_an_image_that_is_named_twice(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a\na.png") == (
        f"D: the split list '{tmp_path}/list.txt' names 'a.png' twice"
    )


def test_an_empty_list(tmp_path: Path) -> None:
    assert refusal(tmp_path, "\n") == f"D: the split list '{tmp_path}/list.txt' is empty"


def test_what_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x81")
    reasons = {
        "none.txt": "No such file or directory", ".": "Is a directory", "binary": "it is no text"
    }  # fmt: skip
    for name, reason in reasons.items():
        path = f"{tmp_path}/{name}"
        with pytest.raises(InputError) as caught:
            choose_listed(IMAGES, path, SUFFIXES, "D")
        assert str(caught.value) == (
            "D: ann_file must be a split list, a text file of one image a line, but "
            f"'{path}' cannot be read: {reason}"
        )
