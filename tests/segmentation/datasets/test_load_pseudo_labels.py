"""Pseudo-labels on their way from a file to the array that the transforms move."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mmcv import transforms as mmcv_transforms
from mmseg.datasets.transforms import Albu
from PIL import Image

from mmadvent.segmentation.datasets import LoadPseudoLabels, UnlabelledImagesDataset
from mmadvent.segmentation.datasets.load_pseudo_labels import next_resize
from tests.segmentation.datasets.files import cut, one_image, sentence
from tests.segmentation.datasets.pseudo_labels import (
    LABELS,
    PIPELINE,
    labeled,
    labels_of,
    write_labels,
)

_opened: list[str] | None = None


def _watch(event: str, arguments: tuple) -> None:
    if event == "open" and _opened is not None:
        _opened.append(str(arguments[0]))


sys.addaudithook(_watch)


def opened(action: Callable[[], Any], folder: Path) -> set[str]:
    """The files below a folder that are opened, by their relative paths."""
    global _opened
    _opened = []
    try:
        action()
        return {str(Path(x).relative_to(folder)) for x in _opened if x.startswith(str(folder))}
    finally:
        _opened = None


def test_without_a_folder_nothing_but_images_is_opened(tmp_path):
    one_image(tmp_path, "images/a.png", "gtFine/a.png", LABELS)
    write_labels(tmp_path / "labels/a.png")
    bare = labeled(tmp_path)
    assert opened(lambda: bare[0], tmp_path) == {"images/a.png"}
    assert set(bare.get_data_info(0)) == {
        "img_path", "label_map", "reduce_zero_label", "seg_fields", "sample_idx"
    }  # fmt: skip
    assert not {"pseudo_sem_seg", "gt_sem_seg"} & set(bare[0]["data_samples"].keys())
    full = labeled(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert opened(lambda: full[0], tmp_path) == {"images/a.png", "labels/a.png"}


def test_they_are_cropped_with_the_image(tmp_path):
    pixels = np.stack([LABELS] * 3, axis=2)
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    Image.fromarray(pixels).save(tmp_path / "images/a.png")
    crop = dict(type="RandomCrop", crop_size=(2, 3))
    sample = labeled(tmp_path, (crop,), pseudo_labels=str(tmp_path / "labels"))[0]
    assert sample["inputs"].shape == (3, 2, 3)
    np.testing.assert_array_equal(
        sample["inputs"][0], sample["data_samples"].pseudo_sem_seg.data[0]
    )


@pytest.mark.parametrize("backend", ["cv2", "pillow"])
@pytest.mark.parametrize("size", [(12, 8), (9, 7), (7, 5)])
@pytest.mark.parametrize("factor", [(1, 1), (1.5, 2), (2, 2), (3, 2.5), (1.7, 1.3), (0.6, 0.8)])
def test_labels_of_the_networks_size_come_out_as_they_were_written(tmp_path, size, factor, backend):
    width, height = (round(side * by) for side, by in zip(size, factor, strict=True))
    labels = np.random.default_rng(0).integers(0, 19, size[::-1]).astype(np.uint8)
    write_labels(tmp_path / "labels/a.png", labels)
    one_image(tmp_path, "images/a.png", "elsewhere.png", np.zeros((height, width), np.uint8))
    resize = dict(type="Resize", scale=size, keep_ratio=False, backend=backend)
    data = labeled(tmp_path, (resize,), pseudo_labels=str(tmp_path / "labels"))
    np.testing.assert_array_equal(labels_of(data), labels)
    plain = labeled(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert labels_of(plain).shape == (height, width)


def test_a_palette_is_not_applied(tmp_path):
    one_image(tmp_path, "images/a.png")
    (tmp_path / "labels").mkdir()
    image = Image.fromarray(LABELS)
    image.putpalette([value for index in range(256) for value in (index, 255 - index, 7)])
    image.save(tmp_path / "labels/a.png")
    assert image.mode == "P"
    data = labeled(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    np.testing.assert_array_equal(labels_of(data), LABELS)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "1", "I;16", "LA"])
def test_pictures_of_other_modes(tmp_path, mode):
    one_image(tmp_path, "images/a.png")
    labels = LABELS.astype(np.uint16) if mode == "I;16" else LABELS
    write_labels(tmp_path / "labels/a.png", labels, mode)
    data = labeled(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert sentence(lambda: data[0]) == (
        f"the pseudo-label '{tmp_path}/labels/a.png' must hold one 8-bit class index a pixel (a "
        f"PNG of mode L or P), got mode {mode}"
    )


@pytest.mark.parametrize("damage", [cut, lambda path: path.write_text("not a picture")])
def test_damaged_files(tmp_path, damage):
    noise = np.random.default_rng(0).integers(0, 19, (40, 60)).astype(np.uint8)
    one_image(tmp_path, "images/a.png", "labels/a.png", noise)
    damage(tmp_path / "labels/a.png")
    data = labeled(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert sentence(lambda: data[0]).startswith(
        f"the pseudo-label '{tmp_path}/labels/a.png' cannot be read: "
    )


@pytest.mark.parametrize("backend", ["cv2", "pillow"])
@pytest.mark.parametrize("shape", [(54, 96), (96, 54), (50, 91), (13, 20)])
def test_they_follow_an_image_that_keeps_its_ratio(tmp_path, shape, backend):
    one_image(tmp_path, "images/a.png", "elsewhere.png", np.zeros(shape, np.uint8))
    resize = dict(type="Resize", scale=(32, 18), keep_ratio=True, backend=backend)
    height, width = labeled(tmp_path, (resize,))[0]["inputs"].shape[1:]
    labels = np.random.default_rng(0).integers(0, 19, (height, width)).astype(np.uint8)
    write_labels(tmp_path / "labels/a.png", labels)
    data = labeled(tmp_path, (resize,), pseudo_labels=str(tmp_path / "labels"))
    np.testing.assert_array_equal(labels_of(data), labels)
    assert data[0]["inputs"].shape[1:] == labels.shape


RESIZE = dict(type="Resize", scale=(12, 8), keep_ratio=False)
FLIP = dict(type="RandomFlip", prob=1.0)
CV2 = "with backend='cv2' shifts the labels by up to a pixel: set backend='pillow'"
ALONE = "moves the image alone: take mmseg.RandomFlip, mmseg.Resize or mmseg.RandomCrop"
APART = {
    "mmcv.transforms.processing.RandomFlip " + ALONE: [dict(FLIP, type=mmcv_transforms.RandomFlip)],
    "mmcv.transforms.processing.Resize " + ALONE: [dict(RESIZE, type=mmcv_transforms.Resize)],
    "mmcv.transforms.processing.CenterCrop " + ALONE: [
        RESIZE, dict(type="RandomApply", transforms=[dict(type="CenterCrop", crop_size=3)])
    ],
    "Resize " + CV2: [FLIP, RESIZE],
    "RandomResize " + CV2: [dict(type="RandomResize", scale=(12, 8), ratio_range=(0.5, 2.0))],
    "ResizeToMultiple shifts the labels by up to a pixel: leave it out": [
        RESIZE, dict(type="ResizeToMultiple")
    ],
}  # fmt: skip


@pytest.mark.parametrize("told", APART)
def test_steps_that_would_move_the_image_and_its_labels_apart(tmp_path, told):
    one_image(tmp_path, "images/a.png")
    write_labels(tmp_path / "labels/a.png")
    labeled(tmp_path, APART[told])  # without pseudo-labels there is nothing to be moved apart
    folder = str(tmp_path / "labels")
    assert sentence(lambda: labeled(tmp_path, APART[told], pseudo_labels=folder)) == (
        "the target's pipeline must move pseudo-labels together with their image, but " + told
    )


def test_steps_before_them_leave_the_image_where_it_is(tmp_path):
    one_image(tmp_path, "images/a.png")
    write_labels(tmp_path / "labels/a.png")
    steps = [PIPELINE[0], dict(type="PhotoMetricDistortion"), *PIPELINE[1:]]
    folder = dict(data_root=str(tmp_path / "images"), pseudo_labels=str(tmp_path / "labels"))
    assert labels_of(UnlabelledImagesDataset(pipeline=steps, **folder)).tolist() == LABELS.tolist()
    steps.insert(1, FLIP)
    assert sentence(lambda: UnlabelledImagesDataset(pipeline=steps, **folder)) == (
        "the target's pipeline must move pseudo-labels together with their image, but RandomFlip "
        "comes before LoadPseudoLabels: put it after that"
    )


def test_albu_is_told_of_the_labels():
    albu = object.__new__(Albu)  # albumentations need not be installed
    albu.keymap_to_albu = dict(img="image", gt_seg_map="mask")
    assert sentence(lambda: next_resize([LoadPseudoLabels(), albu])) == (
        "the target's pipeline must move pseudo-labels together with their image, but Albu moves "
        "the image alone: set its keymap=dict(img='image', pseudo_seg_map='mask')"
    )
    albu.keymap_to_albu = dict(img="image", pseudo_seg_map="mask")
    assert next_resize([LoadPseudoLabels(), albu]) is None
    assert next_resize([albu]) is None
