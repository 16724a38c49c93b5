"""Labels as the published files hold them: palettes, 16 bits, other sizes than their images."""

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
)
from tests.segmentation.datasets.files import LOAD, label_of, one_image

IDS = np.array([[7, 8, 11], [0, 33, 34]], np.uint8)
INDICES = [[0, 1, 2], [255, 18, 255]]


def test_gta5_palette_pngs_are_read_as_indices(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", IDS)
    label = Image.fromarray(IDS).convert("P")
    # A palette that would turn the indices into quite other grey values.
    label.putpalette([value for index in range(256) for value in (255 - index, 3, index)])
    label.save(tmp_path / "labels/1.png")
    assert Image.open(tmp_path / "labels/1.png").mode == "P"
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert label_of(dataset).tolist() == INDICES


def test_label_of_another_size_than_its_image_is_resized_nearest(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", np.repeat(IDS, 2, axis=1))
    Image.fromarray(IDS).save(tmp_path / "labels/1.png")
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert label_of(dataset).tolist() == np.repeat(INDICES, 2, axis=1).tolist()


def test_images_and_labels_are_paired_by_name(tmp_path):
    for number, raw in ((3, 7), (1, 8), (2, 11)):
        ids = np.full((2, 2), raw, np.uint8)
        one_image(tmp_path, f"images/{number:05d}.png", f"labels/{number:05d}.png", ids)
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert [label_of(dataset, index)[0, 0] for index in range(3)] == [1, 2, 0]


def write_synthia(root, ids: np.ndarray) -> None:
    one_image(root, "RGB/1.png", "GT/LABELS/1.png", np.zeros(ids.shape, np.uint8))
    # BGR for OpenCV: instance numbers in green, which must not be read.
    channels = [np.full(ids.shape, 9), np.full(ids.shape, 700), ids]
    cv2.imwrite(str(root / "GT/LABELS/1.png"), np.stack(channels, axis=2).astype(np.uint16))


def synthia(root, **arguments) -> SYNTHIADataset:
    pipeline = [LOAD[0], dict(type="LoadLabelIds", channel="red"), LOAD[2]]
    return SYNTHIADataset(data_root=str(root), pipeline=pipeline, **arguments)


def test_synthia_ids_are_in_the_red_channel_of_16_bits(tmp_path):
    write_synthia(tmp_path, np.array([[3, 4, 1], [0, 22, 20]]))
    assert label_of(synthia(tmp_path)).tolist() == [[0, 1, 10], [255, 255, 16]]


def test_classes_left_out_are_ignored(tmp_path):
    write_synthia(tmp_path, np.array([[3, 4, 1], [0, 22, 20]]))
    dataset = synthia(tmp_path, metainfo=dict(classes=("sky", "road")))
    assert label_of(dataset).tolist() == [[1, 255, 0], [255, 255, 255]]


def test_ids_above_a_byte_are_not_cut_off(tmp_path):
    write_synthia(tmp_path, np.array([[3, 256 + 3]]))
    with pytest.raises(InputError, match="holds the id 259, which is not in the table"):
        synthia(tmp_path)[0]


@pytest.mark.parametrize(
    ("label_format", "ids"), [("labelIds", IDS[:, :2]), ("labelTrainIds", [[0, 1], [255, 18]])]
)
def test_cityscapes_formats(tmp_path, label_format, ids):
    stem = "train/aachen/aachen_000000_000019"
    label = f"gtFine/{stem}_gtFine_{label_format}.png"
    one_image(tmp_path, f"leftImg8bit/{stem}_leftImg8bit.png", label, np.array(ids, np.uint8))
    # Files beside the labels that the published archive holds, too.
    one_image(tmp_path, f"gtFine/{stem}_gtFine_color.png")
    dataset = RawCityscapesDataset(
        split="train", label_format=label_format, data_root=str(tmp_path), pipeline=LOAD
    )
    assert len(dataset) == 1
    assert label_of(dataset).tolist() == [[0, 1], [255, 18]]


def test_own_data_are_indices_of_its_classes(tmp_path):
    ids = np.array([[0, 2, 255]], np.uint8)
    one_image(tmp_path, "images/sub/a.jpg", "labels/sub/a.png", ids)
    metainfo = dict(classes=("grass", "sand", "water"))
    dataset = LabelIdDataset(data_root=str(tmp_path), metainfo=metainfo, pipeline=LOAD)
    assert label_of(dataset).tolist() == [[0, 2, 255]]


def test_own_table(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", np.array([[40, 1000, 7]], np.uint16))
    dataset = LabelIdDataset(
        data_root=str(tmp_path),
        metainfo=dict(classes=("grass", "sand")),
        label_ids={40: 1, 1000: 0, 7: 255},
        pipeline=LOAD,
    )
    assert label_of(dataset).tolist() == [[1, 0, 255]]


def test_loader_does_nothing_where_no_label_is_wanted():
    assert LoadLabelIds().transform({"img": 1}) == {"img": 1}
