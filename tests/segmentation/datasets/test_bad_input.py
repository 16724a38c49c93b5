"""Files that are not as they should be: one sentence that names them."""

import cv2
import numpy as np
import pytest
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import (
    GTA5Dataset,
    LabelIdDataset,
    LoadLabelIds,
    RawCityscapesDataset,
    SYNTHIADataset,
    UnlabelledImagesDataset,
)
from tests.segmentation.datasets.files import LOAD, cut, one_image

BACKENDS = ("kornia_rs", "cv2", "pillow")
ROAD = np.full((40, 60), 7, np.uint8)


def sentence(action) -> str:
    with pytest.raises(InputError) as error:
        action()
    text = str(error.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("dataset", "folder", "holds"),
    [
        (GTA5Dataset, "images", ["images/", "labels/", "Playing for Data", "publisher"]),
        (SYNTHIADataset, "RGB", ["RGB/", "GT/LABELS/", "SYNTHIA-RAND-CITYSCAPES", "publisher"]),
        (RawCityscapesDataset, "leftImg8bit/val", ["leftImg8bit", "gtFine", "Cordts", "publisher"]),
        (UnlabelledImagesDataset, "", ["unlabelled images of the target"]),
    ],
)
def test_missing_root_names_the_folder_and_what_belongs_there(tmp_path, dataset, folder, holds):
    root = tmp_path / "nowhere"
    text = sentence(lambda: dataset(data_root=str(root)))
    path = str(root / folder) + ("" if folder else "/")
    assert f"{dataset.__name__}: the folder '{path.rstrip('/')}" in text
    assert "does not exist; it should hold " in text
    assert all(part in text for part in holds)


@pytest.mark.parametrize("dataset", [GTA5Dataset, UnlabelledImagesDataset])
def test_empty_split(tmp_path, dataset):
    (tmp_path / "images").mkdir()
    (tmp_path / "images/notes.txt").touch()
    text = sentence(lambda: dataset(data_root=str(tmp_path)))
    folder = tmp_path / "images" if dataset is GTA5Dataset else tmp_path
    assert f"{dataset.__name__}: the split '{folder}" in text
    assert "is empty: no file there ends in .png" in text


def test_image_without_label(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    one_image(tmp_path, "images/2.png")
    text = sentence(lambda: GTA5Dataset(data_root=str(tmp_path)))
    assert text == (
        "GTA5Dataset: 1 of 2 images have no label, the first is "
        f"'{tmp_path}/images/2.png', which needs '{tmp_path}/labels/2.png'"
    )


def test_missing_label_folder(tmp_path):
    one_image(tmp_path, "images/1.png")
    assert "1 of 1 images have no label" in sentence(lambda: GTA5Dataset(data_root=str(tmp_path)))


@pytest.mark.parametrize("unknown", [35, 254])
def test_label_id_outside_the_table(tmp_path, unknown):
    ids = ROAD.copy()
    ids[3, 4] = unknown
    one_image(tmp_path, "images/1.png", "labels/1.png", ids)
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert sentence(lambda: dataset[0]) == (
        f"GTA5Dataset: the label '{tmp_path}/labels/1.png' holds the id {unknown}, which is not in "
        "the table (known: 0-34, 255)"
    )


def test_cut_image(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    cut(tmp_path / "images/1.png")
    for backend in BACKENDS:
        pipeline = [dict(LOAD[0], imdecode_backend=backend), *LOAD[1:]]
        labelled = GTA5Dataset(data_root=str(tmp_path), pipeline=pipeline)
        bare = UnlabelledImagesDataset(
            data_root=str(tmp_path / "images"), pipeline=[pipeline[0], LOAD[2]]
        )
        for dataset in (labelled, bare):
            text = sentence(lambda dataset=dataset: dataset[0])
            assert text.startswith(f"the image '{tmp_path}/images/1.png' cannot be read: "), backend


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


@pytest.mark.parametrize("damage", [cut, lambda path: path.write_text("not a picture")])
def test_damaged_labels(tmp_path, damage):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    noise = np.random.default_rng(0).integers(0, 20, (*ROAD.shape, 3)).astype(np.uint16)
    (tmp_path / "labels16").mkdir()
    cv2.imwrite(str(tmp_path / "labels16/1.png"), noise)
    for folder, channel in (("labels", None), ("labels16", "red")):
        damage(tmp_path / folder / "1.png")
        kind = GTA5Dataset if channel is None else SYNTHIADataset
        dataset = kind(
            data_root=str(tmp_path),
            data_prefix=dict(img_path="images", seg_map_path=folder),
            pipeline=[LOAD[0], dict(LOAD[1], channel=channel), LOAD[2]],
        )
        text = sentence(lambda dataset=dataset: dataset[0])
        assert text.startswith(f"the label '{tmp_path}/{folder}/1.png' cannot be read: ")


def test_colour_picture_as_label(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", np.zeros((4, 6, 3), np.uint8))
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert sentence(lambda: dataset[0]) == (
        f"the label '{tmp_path}/labels/1.png' must hold one id a pixel, got an image of shape "
        "(4, 6, 3)"
    )


def test_grey_picture_where_colour_is_needed(tmp_path):
    one_image(tmp_path, "RGB/1.png", "GT/LABELS/1.png", ROAD)
    pipeline = [LOAD[0], dict(LOAD[1], channel="red"), LOAD[2]]
    dataset = SYNTHIADataset(data_root=str(tmp_path), pipeline=pipeline)
    assert "must hold" in sentence(lambda: dataset[0])


def test_unknown_label_format(tmp_path):
    text = sentence(lambda: RawCityscapesDataset(label_format="color", data_root=str(tmp_path)))
    assert text == "label_format must be one of labelIds, labelTrainIds, got 'color'"


def test_unknown_channel():
    text = sentence(lambda: LoadLabelIds(channel="blue"))
    assert text == "LoadLabelIds.channel must be None or 'red', got 'blue'"


def test_own_data_without_classes(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    text = sentence(lambda: LabelIdDataset(data_root=str(tmp_path)))
    expected = "LabelIdDataset: metainfo.classes must be the names of the classes, got none"
    assert text == expected


def test_pictures_of_every_mode_that_pillow_reads_as_one_channel(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    for mode in ("L", "P", "I;16"):
        label = Image.fromarray(ROAD.astype(np.uint16) if mode == "I;16" else ROAD)
        (label if mode == "I;16" else label.convert(mode)).save(tmp_path / "labels/1.png")
        dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
        assert (dataset[0]["data_samples"].gt_sem_seg.data == 0).all(), mode
