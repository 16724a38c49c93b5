import hashlib

import numpy as np
import pytest

from benchmarks.streets.bench import picture_key
from benchmarks.streets.canvas import FAR
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.domains import GAME_GTA5, GAME_SYNTHIA, REAL
from benchmarks.streets.render import Picture, render
from benchmarks.streets.style import DomainStyle, interpolate

STYLES = {"gta5": GAME_GTA5, "synthia": GAME_SYNTHIA, "real": REAL}
EVALUATED = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign",
    "vegetation", "terrain", "sky", "person", "rider", "car", "truck", "bus", "train",
    "motorcycle", "bicycle",
)  # fmt: skip
INSTANCE_CLASSES = (
    "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
)  # fmt: skip
DOMAINS = pytest.mark.parametrize("name", list(STYLES))


def _digest(picture: Picture) -> str:
    digest = hashlib.sha256()
    digest.update(picture.image.tobytes())
    digest.update(picture.label.tobytes())
    digest.update(picture.instance.astype("<i4").tobytes())
    digest.update(picture.depth.astype("<f4").tobytes())
    return digest.hexdigest()


# A change of these values means that rendered sets are no longer comparable with older
# ones: either the renderer was changed, or this machine computes differently.
GOLDEN = {
    "gta5": "1fab678926772abf074fd53733b3c48eee1b239d3fb85f662225ecc5051c626d",
    "synthia": "10f1aadd14a972671e04a632c85f940e5fe8e79172abf09745010e57c62287e8",
    "real": "b462522ddf00912b0935be925c6017e65fd2e1258b1932d6fe50b49bc6713828",
}


@DOMAINS
def test_golden_pixels(name: str) -> None:
    key = (7, list(STYLES).index(name), 0, 3)
    assert _digest(render(STYLES[name], 128, 64, key)) == GOLDEN[name]


@DOMAINS
def test_the_same_key_gives_the_same_arrays(name: str) -> None:
    first, second, other = (render(STYLES[name], 96, 48, (5, index)) for index in (0, 0, 1))
    assert _digest(first) == _digest(second)
    assert not np.array_equal(first.image, other.image)


@DOMAINS
def test_shapes_and_types(name: str) -> None:
    picture = render(STYLES[name], 96, 48, (1,))
    assert picture.image.shape == (48, 96, 3) and picture.image.dtype == np.uint8
    assert picture.label.shape == (48, 96) and picture.label.dtype == np.uint8
    assert picture.instance.shape == (48, 96) and picture.instance.dtype == np.int32
    assert picture.depth.shape == (48, 96) and picture.depth.dtype == np.float32
    assert picture.label.max() <= 33


@DOMAINS
@pytest.mark.parametrize("index", range(4))
def test_labels_instances_and_depth_agree(name: str, index: int) -> None:
    picture = render(STYLES[name], 192, 96, (0, index))
    countable = np.isin(picture.label, [LABEL_IDS[name] for name in INSTANCE_CLASSES])
    assert countable.any()
    assert np.array_equal(picture.instance[countable] // 1000, picture.label[countable])
    assert np.array_equal(picture.instance[~countable], picture.label[~countable])
    assert picture.depth.min() > 0 and picture.depth.max() <= FAR
    assert np.all(picture.depth[picture.label == LABEL_IDS["sky"]] == FAR)
    assert np.all(picture.depth[countable] < FAR)


@DOMAINS
def test_nearer_road_rows_have_a_smaller_depth(name: str) -> None:
    for index in range(4):
        picture = render(STYLES[name], 128, 64, (2, index))
        road = picture.label == LABEL_IDS["road"]
        for column in range(0, 128, 16):
            depth = picture.depth[road[:, column], column]
            assert np.all(np.diff(depth) < 0)


def _classes(style: DomainStyle, domain: str, count: int) -> set[str]:
    seen: set[int] = set()
    for index in range(count):
        picture = render(style, 128, 64, picture_key(0, domain, index))
        seen.update(np.unique(picture.label).tolist())
    return {name for name in EVALUATED if LABEL_IDS[name] in seen}


def test_all_classes_occur_in_gta5_and_in_the_real_domain() -> None:
    assert _classes(GAME_GTA5, "gta5", 8) == set(EVALUATED)
    assert _classes(REAL, "train", 8) == set(EVALUATED)


def test_synthia_lacks_trucks_and_trains() -> None:
    assert _classes(GAME_SYNTHIA, "synthia", 12) == set(EVALUATED) - {"truck", "train"}


def test_only_the_real_domain_has_a_bonnet_and_a_border() -> None:
    key = picture_key(0, "val", 0)
    special = {LABEL_IDS[name] for name in ("ego vehicle", "rectification border", "out of roi")}
    assert special <= set(np.unique(render(REAL, 128, 64, key).label))
    assert not special & set(np.unique(render(GAME_GTA5, 128, 64, key).label))


def test_without_a_gap_the_pixels_are_those_of_the_game() -> None:
    key = picture_key(0, "val", 1)
    closed = interpolate(GAME_GTA5, REAL, 0.0)
    assert _digest(render(closed, 96, 48, key)) == _digest(render(GAME_GTA5, 96, 48, key))


def test_the_gap_makes_pictures_grayer() -> None:
    def colorfulness(style: DomainStyle) -> float:
        images = [render(style, 96, 48, (4, index)).image.astype(int) for index in range(6)]
        return float(np.mean([np.ptp(image, axis=2).mean() for image in images]))

    assert colorfulness(REAL) < 0.6 * colorfulness(GAME_GTA5)


def test_too_small_pictures_are_refused() -> None:
    with pytest.raises(ValueError) as caught:
        render(REAL, 16, 64, (0,))
    assert str(caught.value) == "a picture needs at least 32x32 pixels, got 16x64"


def test_the_real_data_sets_sizes_work() -> None:
    assert render(GAME_GTA5, 1914, 1052, (0,)).image.shape == (1052, 1914, 3)
