"""How pixels are counted, and which predictions are refused."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmadvent.cli.confusion_matrix import count_pixels, read_prediction, run
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_all_classes_are_counted_and_the_ignored_pixels_are_not() -> None:
    labels = np.arange(19, dtype=np.uint8).reshape(1, 19)
    assert np.array_equal(count_pixels(labels, labels, 19), np.eye(19))
    assert count_pixels(np.full_like(labels, 255), labels, 19).sum() == 0


def test_an_ignored_class_is_not_counted() -> None:
    labels = np.array([[0, 1, 2, 1]], np.uint8)
    found = count_pixels(labels, np.array([[1, 1, 0, 2]]), 3, 0)
    assert np.array_equal(found, [[0, 0, 0], [0, 1, 1], [1, 0, 0]])


def test_a_prediction_must_be_there_at_the_labels_size(tmp_path: Path) -> None:
    file = tmp_path / "city/a.png"
    with pytest.raises(InputError) as error:
        read_prediction(file, "city/a.png", (2, 3), 19)
    assert str(error.value) == f"the prediction '{file}' of the image 'city/a.png' does not exist"
    file.parent.mkdir()
    Image.fromarray(np.zeros((2, 4), np.uint8)).save(file)
    with pytest.raises(InputError) as error:
        read_prediction(file, "city/a.png", (2, 3), 19)
    assert str(error.value) == (
        f"the prediction '{file}' must have the size of its label, (2, 3), got (2, 4)"
    )


@pytest.mark.parametrize(("first", "value"), [(0, 3), (0, 255), (1, 0), (1, 4)])
def test_a_prediction_of_other_classes_is_refused(tmp_path: Path, first: int, value: int) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(np.full((2, 3), first, np.uint8)).save(file)
    assert not read_prediction(file, "a.jpg", (2, 3), 3, first).any()
    Image.fromarray(np.array([[first] * 3, [first, value, first]], np.uint8)).save(file)
    with pytest.raises(InputError) as error:
        read_prediction(file, "a.jpg", (2, 3), 3, first)
    assert str(error.value) == (
        f"the prediction '{file}' must hold a class of the data set at each pixel, {first} to "
        f"{2 + first}, got {value}"
    )


def test_a_detector_is_sent_to_mmdets_script(tmp_path: Path) -> None:
    config = tmp_path / "det.py"
    config.write_text("default_scope = 'mmdet'")
    with pytest.raises(InputError) as error:
        run(parse("confusion-matrix", config, "all.pkl", "out"))
    assert str(error.value) == (
        f"confusion-matrix counts pixels of a segmentor, got the detector '{config}': mmdet's own "
        "tools/analysis_tools/confusion_matrix.py counts its boxes, from the file that "
        "mmadvent test --out FILE.pkl writes"
    )
