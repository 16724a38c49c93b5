"""Pseudo-labels on their way from a file to the array that the transforms move."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.segmentation.datasets.files import cut, one_image, sentence
from tests.segmentation.datasets.pseudo_labels import LABELS, labeled, labels_of, write_labels

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


@pytest.mark.parametrize("size", [(12, 8), (9, 7), (7, 5)])
@pytest.mark.parametrize("factor", [(1, 1), (1.5, 2), (2, 2), (3, 2.5)])
def test_labels_of_the_networks_size_come_out_as_they_were_written(tmp_path, size, factor):
    # The image is larger: the labels go to its size, and the target's resize brings them back.
    width, height = (round(side * by) for side, by in zip(size, factor, strict=True))
    labels = np.random.default_rng(0).integers(0, 19, size[::-1]).astype(np.uint8)
    write_labels(tmp_path / "labels/a.png", labels)
    one_image(tmp_path, "images/a.png", "elsewhere.png", np.zeros((height, width), np.uint8))
    resize = dict(type="Resize", scale=size, keep_ratio=False, backend="pillow")
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
