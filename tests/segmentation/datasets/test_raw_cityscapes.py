"""Cityscapes as it is unpacked, in both formats of its labels."""

import numpy as np
import pytest

from mmadvent.segmentation.datasets import RawCityscapesDataset
from tests.segmentation.datasets.files import LOAD, label_of, one_image, sentence

IDS = np.array([[7, 8], [0, 33]], np.uint8)


@pytest.mark.parametrize(
    ("label_format", "ids"), [("labelIds", IDS), ("labelTrainIds", [[0, 1], [255, 18]])]
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


def test_unknown_label_format(tmp_path):
    text = sentence(lambda: RawCityscapesDataset(label_format="color", data_root=str(tmp_path)))
    assert text == "label_format must be one of labelIds, labelTrainIds, got 'color'"
