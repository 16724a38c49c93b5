"""Sub-folders stay, of one folder and of several."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mmadvent.engine.hooks.image_places import image_folders, image_places, places_of
from mmadvent.errors import InputError


class Data(SimpleNamespace):
    def get_data_info(self, index: int) -> dict:
        return self.infos[index]

    def __len__(self) -> int:
        return len(self.infos)


class Both(SimpleNamespace):
    def get_data_info(self, index: int) -> dict:
        return [info for part in self.datasets for info in part.infos][index]

    def __len__(self) -> int:
        return sum(len(part) for part in self.datasets)


def data(root: str, *names: str, key: str = "img_path") -> Any:
    infos = [dict(img_path=f"{root}/{name}") for name in names]
    return Data(data_prefix={key: root}, data_root="", infos=infos)


def test_sub_folders_stay() -> None:
    places = places_of(data("r/val", "a/1.png", "b/1.JPG", "2.png"))
    assert places == {
        "r/val/a/1.png": "a/1.png", "r/val/b/1.JPG": "b/1.png", "r/val/2.png": "2.png"
    }  # fmt: skip
    assert places_of(data("r", "a/1.png", key="img")) == {"r/a/1.png": "a/1.png"}


def test_a_folder_of_one_image_stays_too() -> None:
    assert places_of(data("r/val", "aachen/1.png")) == {"r/val/aachen/1.png": "aachen/1.png"}


def test_several_folders_keep_their_names() -> None:
    both = Both(datasets=[data("r/day", "1.png"), data("r/night", "a/1.png")])
    assert image_folders(both) == ["r/day", "r/night"]
    assert image_folders(SimpleNamespace(dataset=both)) == ["r/day", "r/night"]
    assert places_of(both) == {"r/day/1.png": "day/1.png", "r/night/a/1.png": "night/a/1.png"}


def test_images_elsewhere_than_in_their_folder(tmp_path: Path) -> None:
    paths = [f"{tmp_path}/x/1.png", f"{tmp_path}/y/1.png"]
    places = image_places(paths, ["elsewhere"])
    assert places == {paths[0]: "x/1.png", paths[1]: "y/1.png"}


def test_images_that_differ_in_their_ending_alone() -> None:
    with pytest.raises(InputError) as error:
        places_of(data("r", "1.png", "1.jpg"))
    assert str(error.value) == (
        "images must differ in more than their ending to have a file each, got 'r/1.png' and "
        "'r/1.jpg'"
    )
