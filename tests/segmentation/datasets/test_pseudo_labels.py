"""Pseudo-labels on their way from a folder to the data sample."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mmseg.registry import TRANSFORMS
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import PackTargetInputs, UnlabelledImagesDataset
from tests.segmentation.datasets.files import cut, one_image

PIPELINE = [
    dict(type="LoadImageFromFile"),
    dict(type="LoadPseudoLabels"),
    dict(type="PackTargetInputs"),
]
# Class indices of a picture of 6x4, every pixel its own.
LABELS = np.arange(24, dtype=np.uint8).reshape(4, 6)

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


def write(path: Path, labels: np.ndarray = LABELS, mode: str = "L") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(labels)
    (image.convert(mode) if image.mode != mode else image).save(path)


def dataset(root: Path, steps: tuple = (), **arguments: Any) -> UnlabelledImagesDataset:
    pipeline = [*PIPELINE[:2], *steps, PIPELINE[2]]
    return UnlabelledImagesDataset(data_root=str(root / "images"), pipeline=pipeline, **arguments)


def labels_of(data: UnlabelledImagesDataset, index: int = 0) -> np.ndarray:
    sample = data[index]["data_samples"]
    assert "gt_sem_seg" not in sample
    assert sample.pseudo_sem_seg.data.shape[0] == 1
    return sample.pseudo_sem_seg.data[0].numpy()


def sentence(action: Callable[[], Any]) -> str:
    with pytest.raises(InputError) as error:
        action()
    return str(error.value)


def test_they_lie_where_the_images_lie(tmp_path):
    for number, name in enumerate(("a.jpg", "b/c.png", "b/d.e.JPG")):
        one_image(tmp_path, f"images/{name}")
        write(tmp_path / "labels" / Path(name).with_suffix(".png"), LABELS + number)
    data = dataset(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    for number in range(3):
        np.testing.assert_array_equal(labels_of(data, number), LABELS + number)


def test_without_a_folder_nothing_but_images_is_opened(tmp_path):
    one_image(tmp_path, "images/a.png", "gtFine/a.png", LABELS)
    write(tmp_path / "labels/a.png")
    bare = dataset(tmp_path)
    assert opened(lambda: bare[0], tmp_path) == {"images/a.png"}
    assert set(bare.get_data_info(0)) == {
        "img_path", "label_map", "reduce_zero_label", "seg_fields", "sample_idx"
    }  # fmt: skip
    assert not {"pseudo_sem_seg", "gt_sem_seg"} & set(bare[0]["data_samples"].keys())
    labelled = dataset(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert opened(lambda: labelled[0], tmp_path) == {"images/a.png", "labels/a.png"}


@pytest.mark.parametrize("backend", ["cv2", "pillow"])
def test_they_are_resized_and_flipped_with_the_image(tmp_path, backend):
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    resize = dict(type="Resize", scale=(12, 8), keep_ratio=False, backend=backend)
    flip = dict(type="RandomFlip", prob=1.0)
    data = dataset(tmp_path, (resize, flip), pseudo_labels=str(tmp_path / "labels"))
    expected = LABELS.repeat(2, axis=0).repeat(2, axis=1)[:, ::-1]
    np.testing.assert_array_equal(labels_of(data), expected)
    assert data[0]["inputs"].shape == (3, 8, 12)


def test_they_are_cropped_with_the_image(tmp_path):
    pixels = np.stack([LABELS] * 3, axis=2)
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    Image.fromarray(pixels).save(tmp_path / "images/a.png")
    crop = dict(type="RandomCrop", crop_size=(2, 3))
    sample = dataset(tmp_path, (crop,), pseudo_labels=str(tmp_path / "labels"))[0]
    assert sample["inputs"].shape == (3, 2, 3)
    np.testing.assert_array_equal(
        sample["inputs"][0], sample["data_samples"].pseudo_sem_seg.data[0]
    )


@pytest.mark.parametrize("size", [(12, 8), (9, 7), (7, 5)])
@pytest.mark.parametrize("factor", [(1, 1), (1.5, 2), (2, 2), (3, 2.5)])
def test_labels_of_the_networks_size_come_out_as_they_were_written(tmp_path, size, factor):
    # The image is larger: the labels go to its size, and the target's resize brings them back.
    width, height = (round(side * by) for side, by in zip(size, factor, strict=True))
    labels = np.random.default_rng(0).integers(0, 19, size[::-1]).astype(np.uint8)
    write(tmp_path / "labels/a.png", labels)
    one_image(tmp_path, "images/a.png", "elsewhere.png", np.zeros((height, width), np.uint8))
    resize = dict(type="Resize", scale=size, keep_ratio=False, backend="pillow")
    data = dataset(tmp_path, (resize,), pseudo_labels=str(tmp_path / "labels"))
    np.testing.assert_array_equal(labels_of(data), labels)
    plain = dataset(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert labels_of(plain).shape == (height, width)


def test_a_palette_is_not_applied(tmp_path):
    one_image(tmp_path, "images/a.png")
    (tmp_path / "labels").mkdir()
    image = Image.fromarray(LABELS)
    image.putpalette([value for index in range(256) for value in (index, 255 - index, 7)])
    image.save(tmp_path / "labels/a.png")
    assert image.mode == "P"
    data = dataset(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    np.testing.assert_array_equal(labels_of(data), LABELS)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "1", "I;16", "LA"])
def test_pictures_of_other_modes(tmp_path, mode):
    one_image(tmp_path, "images/a.png")
    labels = LABELS.astype(np.uint16) if mode == "I;16" else LABELS
    write(tmp_path / "labels/a.png", labels, mode)
    data = dataset(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert sentence(lambda: data[0]) == (
        f"the pseudo-label '{tmp_path}/labels/a.png' must hold one 8-bit class index a pixel (a "
        f"PNG of mode L or P), got mode {mode}"
    )


@pytest.mark.parametrize("damage", [cut, lambda path: path.write_text("not a picture")])
def test_damaged_files(tmp_path, damage):
    noise = np.random.default_rng(0).integers(0, 19, (40, 60)).astype(np.uint8)
    one_image(tmp_path, "images/a.png", "labels/a.png", noise)
    damage(tmp_path / "labels/a.png")
    data = dataset(tmp_path, pseudo_labels=str(tmp_path / "labels"))
    assert sentence(lambda: data[0]).startswith(
        f"the pseudo-label '{tmp_path}/labels/a.png' cannot be read: "
    )


def test_missing_files_are_told_up_front(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    one_image(tmp_path, "images/b.jpg")
    text = "UnlabelledImagesDataset: {} of 2 images have no pseudo-label, the first is '{}', which "
    assert sentence(lambda: dataset(tmp_path, pseudo_labels=str(tmp_path / "labels"))) == (
        text.format(1, tmp_path / "images/b.jpg") + f"needs '{tmp_path}/labels/b.png'"
    )
    assert sentence(lambda: dataset(tmp_path, pseudo_labels=str(tmp_path / "nowhere"))) == (
        text.format(2, tmp_path / "images/a.png") + f"needs '{tmp_path}/nowhere/a.png'"
    )


def test_meta_keys_may_be_chosen(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    results = dataset(tmp_path, pseudo_labels=str(tmp_path / "labels")).get_data_info(0)
    for step in PIPELINE[:2]:
        results = TRANSFORMS.build(step)(results)
    packed = PackTargetInputs(meta_keys=["img_path"]).transform(results)["data_samples"]
    assert set(packed.metainfo) == {"img_path", "pseudo_label_path"}
