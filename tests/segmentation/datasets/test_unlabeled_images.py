"""Target images: any folder of pictures, and no label ever."""

from pathlib import Path

import numpy as np
import pytest

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import UnlabelledImagesDataset
from tests.segmentation.datasets.files import LOAD, one_image, sentence
from tests.segmentation.datasets.pseudo_labels import LABELS, labeled, labels_of, write_labels

BACKENDS = ("kornia_rs", "cv2", "pillow")
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


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("a*", ["fog/train/a.png", "fog/val/a.png"]), ("*/train/*", ["fog/train/a.png"])],
)
def test_a_pattern_with_a_slash_is_one_of_paths(tmp_path, pattern, found):
    for name in ("fog/train/a.png", "fog/val/a.png", "train.png"):
        one_image(tmp_path, name)
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), pattern=pattern, pipeline=PIPELINE)
    assert names(dataset, tmp_path) == found


def test_knows_of_no_label(tmp_path):
    one_image(tmp_path, "a.png")
    info = UnlabelledImagesDataset(data_root=str(tmp_path), pipeline=PIPELINE).get_data_info(0)
    assert "seg_map_path" not in info
    assert "label_table" not in info


@pytest.mark.parametrize("backend", BACKENDS)
def test_empty_image(tmp_path, backend):
    (tmp_path / "1.png").touch()
    pipeline = [dict(LOAD[0], imdecode_backend=backend), LOAD[2]]
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), pipeline=pipeline)
    assert sentence(lambda: dataset[0]).startswith(f"the image '{tmp_path}/1.png' cannot be read: ")


def test_image_that_is_none(tmp_path):
    (tmp_path / "1.png").write_text("not a picture")
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), pipeline=[LOAD[0], LOAD[2]])
    assert sentence(lambda: dataset[0]).startswith(f"the image '{tmp_path}/1.png' cannot be read")


def test_they_lie_where_the_images_lie(tmp_path):
    for number, name in enumerate(("a.jpg", "b/c.png", "b/d.e.JPG")):
        one_image(tmp_path, f"images/{name}")
        write_labels(tmp_path / "labels" / Path(name).with_suffix(".png"), LABELS + number)
    data = labeled(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    for number in range(3):
        np.testing.assert_array_equal(labels_of(data, number), LABELS + number)


def test_missing_files_are_told_up_front(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    one_image(tmp_path, "images/b.jpg")
    text = "UnlabelledImagesDataset: {} of 2 images have no pseudo-label, the first is '{}', which "
    assert sentence(lambda: labeled(tmp_path, pseudo_labels=str(tmp_path / "labels"))) == (
        text.format(1, tmp_path / "images/b.jpg") + f"needs '{tmp_path}/labels/b.png'"
    )
    assert sentence(lambda: labeled(tmp_path, pseudo_labels=str(tmp_path / "nowhere"))) == (
        text.format(2, tmp_path / "images/a.png") + f"needs '{tmp_path}/nowhere/a.png'"
    )


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


def test_a_split_list_chooses_images_and_pseudo_labels(tmp_path):
    for name in ("a", "b/c", "d"):
        one_image(tmp_path, f"images/{name}.jpg")
    write_labels(tmp_path / "labels/b/c.png")
    (tmp_path / "images/one.txt").write_text("b/c\n")
    data = labeled(tmp_path, ann_file="one.txt", pseudo_labels=str(tmp_path / "labels"))
    assert names(data, tmp_path / "images") == ["b/c.jpg"]
    np.testing.assert_array_equal(labels_of(data), LABELS)


@pytest.mark.parametrize(
    "arguments",
    [dict(img_suffix=".png"), dict(seg_map_suffix=".png"), dict(reduce_zero_label=True),
     dict(filter_cfg=dict(min_size=3)), dict(backend_args=dict(backend="petrel"))],
)  # fmt: skip
def test_arguments_of_labels_are_refused(tmp_path, arguments):
    one_image(tmp_path, "a.png")
    text = sentence(lambda: UnlabelledImagesDataset(data_root=str(tmp_path), **arguments))
    (name,) = arguments
    assert text.startswith(f"UnlabelledImagesDataset.{name} has no effect and must be left out (")


def test_another_folder_than_that_of_the_images(tmp_path):
    one_image(tmp_path, "a.png")
    prefix = dict(img_path="", seg_map_path="labels")
    text = sentence(lambda: UnlabelledImagesDataset(data_root=str(tmp_path), data_prefix=prefix))
    assert text == (
        "UnlabelledImagesDataset.data_prefix must be dict(img_path=...) or dict(img=...) alone, "
        "got img_path, seg_map_path"
    )


def test_test_mode_needs_no_classes(tmp_path):
    one_image(tmp_path, "a.png")
    data = UnlabelledImagesDataset(data_root=str(tmp_path), test_mode=True, pipeline=PIPELINE)
    assert data.test_mode and data[0]["inputs"].shape == (3, 4, 6)


def test_a_step_that_needs_a_label_is_named(tmp_path):
    one_image(tmp_path, "a.png")
    crop = dict(type="RandomCrop", crop_size=(2, 2), cat_max_ratio=0.75)
    data = UnlabelledImagesDataset(
        data_root=str(tmp_path), pipeline=[PIPELINE[0], crop, PIPELINE[1]]
    )
    assert sentence(lambda: data[0]) == (
        f"the pipeline of the unlabelled image '{tmp_path}/a.png' must have no step that needs a "
        "label, but one asks for 'gt_seg_map' (as RandomCrop does with cat_max_ratio)"
    )


@pytest.mark.parametrize("key", ["img_path", "img"])
def test_the_folder_has_mmsegs_name_or_mmdets(tmp_path, key):
    one_image(tmp_path, "left/a.png")
    one_image(tmp_path, "right/b.png")
    dataset = UnlabelledImagesDataset(
        data_root=str(tmp_path), data_prefix={key: "left"}, pipeline=PIPELINE
    )
    assert names(dataset, tmp_path) == ["left/a.png"]
