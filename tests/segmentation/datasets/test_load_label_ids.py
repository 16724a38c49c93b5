"""Labels as files hold them, and the look-up of ids against a dictionary, pixel by pixel."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import GTA5Dataset, LoadLabelIds, SYNTHIADataset
from tests.segmentation.datasets.files import LOAD, cut, label_of, one_image, sentence

ROAD = np.full((40, 60), 7, np.uint8)
IDS = np.array([[7, 8, 11], [0, 33, 34]], np.uint8)
INDICES = [[0, 1, 2], [255, 18, 255]]
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


def test_color_picture_as_label(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", np.zeros((4, 6, 3), np.uint8))
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    assert sentence(lambda: dataset[0]) == (
        f"the label '{tmp_path}/labels/1.png' must hold one id a pixel, got an image of shape "
        "(4, 6, 3)"
    )


def test_gray_picture_where_color_is_needed(tmp_path):
    one_image(tmp_path, "RGB/1.png", "GT/LABELS/1.png", ROAD)
    pipeline = [LOAD[0], dict(LOAD[1], channel="red"), LOAD[2]]
    dataset = SYNTHIADataset(data_root=str(tmp_path), pipeline=pipeline)
    assert "must hold" in sentence(lambda: dataset[0])


def test_unknown_channel():
    text = sentence(lambda: LoadLabelIds(channel="blue"))
    assert text == "LoadLabelIds.channel must be None or 'red', got 'blue'"


def test_pictures_of_every_mode_that_pillow_reads_as_one_channel(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    for mode in ("L", "P", "I;16"):
        label = Image.fromarray(ROAD.astype(np.uint16) if mode == "I;16" else ROAD)
        (label if mode == "I;16" else label.convert(mode)).save(tmp_path / "labels/1.png")
        dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
        assert (dataset[0]["data_samples"].gt_sem_seg.data == 0).all(), mode


def test_label_of_another_size_than_its_image_is_resized_nearest(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", IDS.repeat(2, axis=0).repeat(2, axis=1))
    Image.fromarray(IDS).save(tmp_path / "labels/1.png")
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    expected = np.repeat(np.repeat(INDICES, 2, axis=0), 2, axis=1)
    assert label_of(dataset).tolist() == expected.tolist()


def refusal(root) -> str:
    return sentence(lambda: GTA5Dataset(data_root=str(root), pipeline=LOAD)[0])


@pytest.mark.parametrize("shape", [(60, 40), (40, 64), (37, 60), (10, 10)])
def test_another_shape_than_the_images_is_not_squeezed_into_it(tmp_path, shape):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    Image.fromarray(np.full(shape, 7, np.uint8)).save(tmp_path / "labels/1.png")
    assert refusal(tmp_path) == (
        f"the label '{tmp_path}/labels/1.png' must have the shape of its image, 60x40, up to 5% in "
        f"its proportions, got {shape[1]}x{shape[0]}"
    )


def test_a_label_of_a_few_pixels_says_nothing_of_its_image(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    for shape, told in (((2, 3), "3x2"), ((400, 600), "600x400")):
        Image.fromarray(np.full(shape, 7, np.uint8)).save(tmp_path / "labels/1.png")
        assert refusal(tmp_path) == (
            f"the label '{tmp_path}/labels/1.png' must have the size of its image, 60x40, up to a "
            f"factor of 8, got {told}"
        )


def test_a_label_of_another_size_goes_straight_to_the_networks_input(tmp_path):
    """As in the released code: ``label.resize(size, Image.NEAREST)`` of the file's pixels."""
    stored = np.random.default_rng(0).choice([7, 8, 11, 21], (51, 77)).astype(np.uint8)
    one_image(tmp_path, "images/1.png", "labels/1.png", np.zeros((50, 76), np.uint8))
    Image.fromarray(stored).save(tmp_path / "labels/1.png")
    resize = dict(type="Resize", scale=(31, 20), keep_ratio=False, backend="pillow")
    released = Image.fromarray(stored).resize((31, 20), Image.Resampling.NEAREST)
    table = {7: 0, 8: 1, 11: 2, 21: 8}
    expected = [[table[raw] for raw in row] for row in np.asarray(released).tolist()]
    for backend in ("pillow", "cv2"):
        pipeline = [*LOAD[:2], resize | dict(backend=backend), LOAD[2]]
        dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=pipeline)
        assert label_of(dataset).tolist() == expected
    # Where another step comes first, the label has to fit the image.
    flip = dict(type="RandomFlip", prob=0.0)
    flipped = GTA5Dataset(data_root=str(tmp_path), pipeline=[*LOAD[:2], flip, resize, LOAD[2]])
    assert label_of(flipped).shape == (20, 31) and label_of(flipped).tolist() != expected


def photo(root, orientation: int, ids: np.ndarray) -> None:
    """An image whose red is the id, turned by EXIF, and a label of its stored pixels."""
    one_image(root, "images/1.png", "labels/1.png", ids)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.repeat(ids[..., None], 3, axis=2)).save(root / "images/1.png", exif=exif)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize("shown", [False, True])
def test_a_label_is_turned_with_its_image(tmp_path, orientation, shown):
    ids = np.random.default_rng(0).choice([7, 8, 11], (5, 8)).astype(np.uint8)
    photo(tmp_path, orientation, ids)
    if shown:
        image = ImageOps.exif_transpose(Image.open(tmp_path / "images/1.png"))
        Image.fromarray(np.asarray(image)[..., 0]).save(tmp_path / "labels/1.png")
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=LOAD)
    image = dataset[0]["inputs"][0].numpy()
    assert image.shape == (8, 5)
    assert label_of(dataset).tolist() == [[{7: 0, 8: 1, 11: 2}[v] for v in r] for r in image]


@pytest.mark.parametrize(("orientation", "shape"), [(3, (5, 8)), (2, (5, 8)), (6, (8, 8))])
def test_a_turn_that_no_size_tells(tmp_path, orientation, shape):
    photo(tmp_path, orientation, np.full(shape, 7, np.uint8))
    assert refusal(tmp_path) == (
        f"the image '{tmp_path}/images/1.png' has the EXIF orientation {orientation}, and its "
        f"label '{tmp_path}/labels/1.png' may be of the picture as it is stored or as it is shown: "
        "store it upright, without the orientation"
    )


def test_a_label_with_an_orientation_of_its_own(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(ROAD).save(tmp_path / "labels/1.png", exif=exif)
    assert refusal(tmp_path) == (
        f"the label '{tmp_path}/labels/1.png' must be stored upright, got the EXIF orientation 6"
    )


def test_what_is_no_id(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    path = tmp_path / "labels/1.png"
    Image.fromarray(np.full(ROAD.shape, 7.5, np.float32)).save(path, "TIFF")
    assert refusal(tmp_path) == f"the label '{path}' must hold integers, got float32"
    Image.fromarray(np.full(ROAD.shape, -1, np.int32)).save(path, "TIFF")
    assert refusal(tmp_path).startswith(f"GTA5Dataset: the label '{path}' holds the id -1, which")


def test_a_decompression_bomb_is_named(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    path = tmp_path / "labels/1.png"
    content = bytearray(path.read_bytes())
    content[16:24] = 2 * (60000).to_bytes(4, "big")
    path.write_bytes(content)
    assert refusal(tmp_path) == (
        f"the label '{path}' cannot be read: a PNG of 60000x60000 pixels has {len(content)} bytes "
        "only"
    )


def test_loader_does_nothing_where_no_label_is_wanted():
    assert LoadLabelIds().transform({"img": 1}) == {"img": 1}
