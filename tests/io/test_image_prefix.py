"""Both libraries' names of the folder of images."""

import pytest

from mmadvent.errors import InputError
from mmadvent.io.image_prefix import image_prefix


@pytest.mark.parametrize(
    ("given", "expected"), [(None, ""), ({}, ""), (dict(img="a"), "a"), (dict(img_path="b"), "b")]
)
def test_either_name(given: dict | None, expected: str) -> None:
    assert image_prefix(given, "Images") == expected


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (dict(img_path="a", img="b"), "img_path, img"),
        (dict(seg_map_path="labels"), "seg_map_path"),
        (dict(img_path="a", seg_map_path="labels"), "img_path, seg_map_path"),
    ],
)
def test_one_folder_of_images_alone(given: dict, got: str) -> None:
    with pytest.raises(InputError) as error:
        image_prefix(given, "Images")
    assert str(error.value) == (
        f"Images.data_prefix must be dict(img_path=...) or dict(img=...) alone, got {got}"
    )
