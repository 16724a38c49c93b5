"""The transform, in a pipeline and against the model by hand."""

from pathlib import Path

import numpy as np
import pytest
from mmcv.transforms import Compose, LoadImageFromFile
from mmengine.registry import TRANSFORMS
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.translation.fog import AddFog
from tests.translation.fog.files import noise, write_cityscapes, write_png

LIGHT = (250.0, 200.0, 150.0)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    depth = np.full((4, 6), 50.0)
    depth[0] = np.nan
    depth[3] = np.inf
    return write_cityscapes(tmp_path, noise(), depth)


def foggy(image: Path, **arguments) -> dict:
    steps = [LoadImageFromFile(), AddFog(**arguments)]
    return Compose(steps)(dict(img_path=str(image)))


def test_it_is_found_without_a_scope() -> None:
    built = TRANSFORMS.build(dict(type="AddFog", beta=(0.005, 0.02), holes="nearest"))
    assert repr(built) == "AddFog(beta=(0.005, 0.02), atmospheric_light=None, holes='nearest')"


def test_the_model_by_hand(image: Path) -> None:
    result = foggy(image, beta=0.02, atmospheric_light=LIGHT)
    share = np.full((4, 6, 1), np.exp(-0.02 * 50))
    share[[0, 3]] = 0  # the hole is far, and the last row infinitely so
    expected = noise() * share + np.array(LIGHT) * (1 - share)
    np.testing.assert_allclose(result["img"][..., ::-1], expected, atol=0.6)  # mmcv loads BGR
    assert result["img"].dtype == np.uint8
    assert result["fog_beta"] == 0.02


def test_holes_that_are_near(image: Path) -> None:
    far, near = (foggy(image, atmospheric_light=LIGHT, holes=h)["img"] for h in ("far", "nearest"))
    np.testing.assert_array_equal(far[1:], near[1:])
    assert (far[0] == LIGHT[::-1]).all() and not (near[0] == LIGHT[::-1]).all()


def test_the_light_is_estimated_from_the_image(tmp_path: Path) -> None:
    bright = np.full((4, 6, 3), (240, 230, 220), np.uint8)
    path = write_cityscapes(tmp_path, bright, np.full((4, 6), 20.0))
    np.testing.assert_array_equal(foggy(path)["img"][..., ::-1], bright)


def test_an_image_that_is_turned(image: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    Image.open(image).save(image, exif=exif)
    with pytest.raises(InputError) as error:
        foggy(image)
    assert str(error.value) == (
        f"the image '{image}' has the EXIF orientation 3, and its depth may be of the picture as "
        "it is stored or as it is shown: store it upright, without the orientation"
    )


def test_no_fog_changes_nothing(image: Path) -> None:
    np.testing.assert_array_equal(foggy(image, beta=0)["img"][..., ::-1], noise())


def test_random_densities_fill_the_range(image: Path) -> None:
    np.random.seed(0)
    drawn = [foggy(image, beta=[0.005, 0.02])["fog_beta"] for _ in range(50)]
    assert 0.005 <= min(drawn) < 0.008 and 0.017 < max(drawn) <= 0.02
    np.random.seed(0)
    assert foggy(image, beta=(0.005, 0.02))["fog_beta"] == drawn[0]


def test_synthias_depth(tmp_path: Path) -> None:
    write_png(tmp_path / "RGB/1.png", noise())
    write_png(tmp_path / "Depth/Depth/1.png", np.full((4, 6, 3), 5000, np.uint16))
    result = foggy(tmp_path / "RGB/1.png", beta=0.02, atmospheric_light=LIGHT)
    share = np.exp(-0.02 * 50)
    expected = noise() * share + np.array(LIGHT) * (1 - share)
    np.testing.assert_allclose(result["img"][..., ::-1], expected, atol=0.6)


def test_an_image_that_was_resized_before(image: Path) -> None:
    with pytest.raises(InputError) as caught:
        AddFog().transform(dict(img=noise(8, 12), img_path=str(image)))
    assert str(caught.value) == (
        f"AddFog must come before any change of size: the depth of '{image}' is 6x4, the image is "
        "12x8"
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (dict(beta=-1), "beta must be a finite number >= 0 (in 1/m), got -1"),
        (dict(beta=(0.0, float("nan"))), "beta must be a finite number >= 0 (in 1/m), got nan"),
        (dict(beta=(0.02, 0.01)), "beta must be a number or (low, high), got (0.02, 0.01)"),
        (dict(beta=[0.02]), "beta must be a number or (low, high), got [0.02]"),
        (dict(beta="thick"), "beta must be a number or (low, high), got 'thick'"),
        (
            dict(atmospheric_light=(300, 0, 0)),
            "atmospheric_light must be None or three numbers in [0, 255], RGB, got (300, 0, 0)",
        ),
        (
            dict(atmospheric_light=[255]),
            "atmospheric_light must be None or three numbers in [0, 255], RGB, got [255]",
        ),
        (dict(holes="white"), "holes must be one of far, nearest, got 'white'"),
    ],
)
def test_arguments_out_of_range(arguments: dict, text: str) -> None:
    with pytest.raises(InputError) as caught:
        AddFog(**arguments)
    assert str(caught.value) == text
