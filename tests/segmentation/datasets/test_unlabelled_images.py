"""Target images: any folder of pictures, and no label ever."""

import pytest

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import UnlabelledImagesDataset
from tests.segmentation.datasets.files import LOAD, one_image

PIPELINE = [LOAD[0], LOAD[2]]


def names(dataset: UnlabelledImagesDataset, root) -> list[str]:
    infos = [dataset.get_data_info(index) for index in range(len(dataset))]
    return [info["img_path"].removeprefix(f"{root}/") for info in infos]


def test_nested_folder_of_jpegs_with_endings_in_any_case(tmp_path):
    for name in ("b/x.JPG", "a/deep/y.jpeg", "z.Jpeg", "a/q.jpg"):
        one_image(tmp_path, name)
    (tmp_path / "a/notes.txt").write_text("not an image")
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), pipeline=PIPELINE)
    assert names(dataset, tmp_path) == ["a/deep/y.jpeg", "a/q.jpg", "b/x.JPG", "z.Jpeg"]
    for index in range(4):
        sample = dataset[index]
        assert sample["inputs"].shape == (3, 4, 6)
        assert "gt_sem_seg" not in sample["data_samples"]


def test_endings_may_be_chosen(tmp_path):
    for name in ("1_leftImg8bit.png", "1_rightImg8bit.png"):
        one_image(tmp_path, name)
    suffix = "_leftImg8bit.png"
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), suffixes=suffix, pipeline=PIPELINE)
    assert names(dataset, tmp_path) == ["1_leftImg8bit.png"]


def test_knows_of_no_label(tmp_path):
    one_image(tmp_path, "a.png")
    info = UnlabelledImagesDataset(data_root=str(tmp_path), pipeline=PIPELINE).get_data_info(0)
    assert "seg_map_path" not in info
    assert "label_table" not in info


def test_images_may_be_chosen_by_name(tmp_path):
    for name in ("day/night_1.png", "day/night_2.JPG", "night/day_1.png"):
        one_image(tmp_path, name)
    arguments = dict(data_root=str(tmp_path), pipeline=PIPELINE)
    dataset = UnlabelledImagesDataset(pattern="night_*", **arguments)
    assert names(dataset, tmp_path) == ["day/night_1.png", "day/night_2.JPG"]
    with pytest.raises(InputError) as error:
        UnlabelledImagesDataset(pattern="dusk_*", **arguments)
    assert str(error.value) == (
        "UnlabelledImagesDataset.pattern must fit the name of an image, but none of the 3 in "
        f"'{tmp_path}/' fits 'dusk_*'; the first is 'day/night_1.png'"
    )
