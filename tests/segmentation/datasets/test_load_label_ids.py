"""The look-up of ids against a dictionary, pixel by pixel."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import LoadLabelIds

SHORT = {0: 255, 3: 1, 7: 0}
ENDS = {0: 2, 255: 255}
LONG = {0: 255, 3: 1, 255: 4, 256: 5, 1000: 0}


def table_of(ids: dict[int, int]) -> np.ndarray:
    table = np.full(max(ids) + 1, -1, np.int16)
    for raw, index in ids.items():
        table[raw] = index
    return table


@pytest.fixture
def labels(tmp_path) -> Callable[[np.ndarray, dict[int, int]], np.ndarray]:
    """Writes ids as a PNG and loads it."""

    def load(ids: np.ndarray, known: dict[int, int]) -> np.ndarray:
        path = tmp_path / "1.png"
        Image.fromarray(ids).save(path)
        results: dict[str, Any] = dict(
            seg_map_path=str(path),
            label_table=table_of(known),
            ori_shape=ids.shape,
            dataset_name="Toy",
            seg_fields=[],
        )
        loaded = LoadLabelIds().transform(results)
        assert loaded["seg_fields"] == ["gt_seg_map"]
        return loaded["gt_seg_map"]

    return load


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("known", [SHORT, ENDS, LONG])
def test_each_pixel_is_looked_up(labels, known, dtype):
    stored = [raw for raw in known if raw <= np.iinfo(dtype).max]
    ids = np.random.default_rng(0).choice(stored, (13, 17)).astype(dtype)
    found = labels(ids, known)
    assert found.dtype == np.uint8
    assert found.tolist() == [[known[raw] for raw in row] for row in ids.tolist()]


def test_two_values_are_ids_too(labels):
    ids = np.array([[True, False]])
    assert labels(ids, {0: 4, 1: 2}).tolist() == [[2, 4]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(
    ("known", "raw", "ranges"),
    [
        (SHORT, 1, "0, 3, 7"),  # a gap of the table
        (SHORT, 8, "0, 3, 7"),  # the first beyond it
        (SHORT, 255, "0, 3, 7"),
        (ENDS, 254, "0, 255"),
        (LONG, 254, "0, 3, 255-256, 1000"),
        (LONG, 999, "0, 3, 255-256, 1000"),
        (LONG, 1001, "0, 3, 255-256, 1000"),
        (ENDS, 256, "0, 255"),
        (ENDS, 2**16 - 1, "0, 255"),
    ],
)
def test_an_unknown_id_is_named(labels, tmp_path, known, raw, ranges, dtype):
    if raw > np.iinfo(dtype).max:
        dtype = np.uint16
    ids = np.zeros((5, 6), dtype)
    ids[4, 5] = raw
    with pytest.raises(InputError) as error:
        labels(ids, known)
    assert str(error.value) == (
        f"Toy: the label '{tmp_path}/1.png' holds the id {raw}, which is not in the table "
        f"(known: {ranges})"
    )
