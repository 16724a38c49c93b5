"""SYNTHIA as it is unpacked: 16 bits, of which the red channel holds the ids."""

import cv2
import numpy as np
import pytest

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import SYNTHIADataset
from tests.segmentation.datasets.files import LOAD, label_of, one_image


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
