"""Where the depth lies, and what its files must hold."""

from pathlib import Path

import numpy as np
import pytest

from mmadvent.errors import InputError
from mmadvent.translation.fog.sources import (
    CityscapesDistance,
    DepthPNG,
    check_scale,
    find_distance,
)
from tests.translation.fog.files import noise, write_cityscapes, write_png

NAN = np.nan


def test_cityscapes_layout() -> None:
    # The last folder of that name is the data set's.
    image = "/data/leftImg8bit/cs/leftImg8bit/train/ulm/ulm_000001_000019_leftImg8bit.png"
    stem = "train/ulm/ulm_000001_000019"
    assert find_distance(image) == CityscapesDistance(
        f"/data/leftImg8bit/cs/disparity/{stem}_disparity.png",
        f"/data/leftImg8bit/cs/camera/{stem}_camera.json",
    )
    assert find_distance("leftImg8bit/val/a/b_leftImg8bit.png").files == (
        "disparity/val/a/b_disparity.png",
        "camera/val/a/b_camera.json",
    )


def test_synthia_layout() -> None:
    assert find_distance("/data/S/RGB/0000007.png") == DepthPNG("/data/S/Depth/Depth/0000007.png")


@pytest.mark.parametrize(
    "image", ["GTA5/images/00001.png", "leftImg8bit/val/a/b_rightImg8bit.png", "a_leftImg8bit.png"]
)
def test_elsewhere(image: str) -> None:
    with pytest.raises(InputError) as caught:
        find_distance(image)
    assert str(caught.value) == (
        "the depth of an image is known for Cityscapes' 'leftImg8bit/.../*_leftImg8bit.png' and "
        f"SYNTHIA's 'RGB/*.png', got '{image}'"
    )


def test_cityscapes_distance(tmp_path: Path) -> None:
    depth = np.array([[NAN, 100.0, 50.0, 25.0], [np.inf, 10.0, 5.0, 1.0]])
    image = write_cityscapes(tmp_path, noise(2, 4), depth)
    # At fx = 200 and so near the axis the ray is as long as the depth, to 1 in 10,000.
    np.testing.assert_allclose(find_distance(str(image)).read(), depth, rtol=2e-3)
    image = write_cityscapes(tmp_path, noise(2, 4), depth, u0=-199.5)  # tangent 1 in column 0
    distance = find_distance(str(image)).read()
    np.testing.assert_allclose(distance[1, 1], 10 * np.hypot(1, 201 / 200), rtol=2e-3)


def test_depth_png(tmp_path: Path) -> None:
    code = np.array([[0, 150, 65535]], np.uint16)
    write_png(tmp_path / "a.png", code)
    path = str(tmp_path / "a.png")
    np.testing.assert_allclose(DepthPNG(path).read(), [[NAN, 1.5, 655.35]], rtol=1e-6)
    np.testing.assert_allclose(DepthPNG(path, 0.001).read(), [[NAN, 0.15, 65.535]], rtol=1e-6)
    write_png(tmp_path / "a.png", np.repeat(code[..., None], 3, axis=2))
    np.testing.assert_allclose(DepthPNG(path).read(), [[NAN, 1.5, 655.35]], rtol=1e-6)


def test_eight_bits_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_png(path, np.zeros((2, 3), np.uint8))
    with pytest.raises(InputError) as caught:
        DepthPNG(str(path)).read()
    assert str(caught.value) == f"the depth '{path}' must be a 16-bit PNG, got uint8"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"no image", "not an image"), (b"", "the file is empty"), (None, "[Errno")],
)
def test_no_depth(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "a.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        DepthPNG(str(path)).read()
    assert str(caught.value).startswith(f"the depth '{path}' cannot be read: {reason}")


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[]",
        "null",
        "no json",
        '{"extrinsic": 3}',
        '{"extrinsic": {"baseline": null}, "intrinsic": {"fx": 1, "u0": 1, "v0": 1}}',
        '{"extrinsic": {"baseline": "0.2"}, "intrinsic": {"fx": 1, "u0": 1, "v0": 1}}',
        '{"extrinsic": {"baseline": NaN}, "intrinsic": {"fx": 1, "u0": 1, "v0": 1}}',
        "[" * 100000,
    ],
)
def test_camera_files_that_are_none(tmp_path: Path, content: str) -> None:
    image = write_cityscapes(tmp_path, noise(), np.ones((4, 6)))
    camera = tmp_path / "camera/val/ulm/ulm_000000_000019_camera.json"
    camera.write_text(content)
    with pytest.raises(InputError) as caught:
        find_distance(str(image)).read()
    assert str(caught.value).startswith(
        f"the camera file '{camera}' must hold extrinsic.baseline and intrinsic.fx, u0, v0, as "
        "Cityscapes' have them: "
    )


def test_a_camera_without_extent(tmp_path: Path) -> None:
    image = write_cityscapes(tmp_path, noise(), np.ones((4, 6)))
    camera = tmp_path / "camera/val/ulm/ulm_000000_000019_camera.json"
    camera.write_text('{"extrinsic": {"baseline": 0.2}, "intrinsic": {"fx": -5, "u0": 1, "v0": 1}}')
    with pytest.raises(InputError) as caught:
        find_distance(str(image)).read()
    assert str(caught.value) == (
        f"the camera file '{camera}' must have a baseline and an fx above 0, got 0.2 and -5"
    )


@pytest.mark.parametrize("scale", [0.0, -1.0, NAN])
def test_scale_out_of_range(scale: float) -> None:
    with pytest.raises(InputError) as caught:
        check_scale(scale)
    assert str(caught.value) == f"scale must be a finite number > 0 (metres a unit), got {scale}"
