from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.streets.png import encode_png


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 4)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_opencv_reads_back_what_was_encoded(shape: tuple[int, ...], kind: type) -> None:
    top = np.iinfo(kind).max
    array = np.random.default_rng(0).integers(0, top, shape, endpoint=True).astype(kind)
    read = cv2.imdecode(np.frombuffer(encode_png(array), np.uint8), cv2.IMREAD_UNCHANGED)
    assert read is not None and read.dtype == kind
    assert np.array_equal(read[..., [2, 1, 0, 3][: shape[2]]] if len(shape) == 3 else read, array)


def test_pillow_reads_back_a_palette(tmp_path: Path) -> None:
    palette = np.array([[1, 2, 3], [40, 50, 60]], dtype=np.uint8)
    array = np.array([[0, 1, 1], [1, 0, 0]], dtype=np.uint8)
    path = tmp_path / "palette.png"
    path.write_bytes(encode_png(array, palette))
    image = Image.open(path)
    assert image.mode == "P"
    assert np.array_equal(np.array(image), array)
    assert np.array(image.convert("RGB"))[0, 1].tolist() == [40, 50, 60]
