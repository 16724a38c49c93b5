"""The command line over hand-made pictures."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tools.commands import TOOLS, files_below, refused, run_here, run_tool
from tests.translation.fog.files import noise, write_cityscapes, write_png

STEMS = ("train/ulm/ulm_000000_000019", "val/bonn/bonn_000000_000019")
LIGHT = ("--atmospheric-light", 250, 200, 150)
DEPTH = np.full((4, 6), 50.0)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two images 50 m away, with a hole in the first pixel."""
    monkeypatch.chdir(tmp_path)
    depth = DEPTH.copy()
    depth[0, 0] = np.nan
    for number, stem in enumerate(STEMS):
        write_cityscapes(tmp_path / "data", noise(seed=number), depth, stem)
    return tmp_path / "data"


def foggy(root: Path, stem: str, beta: str) -> Path:
    return root / f"leftImg8bit_foggy/{stem}_leftImg8bit_foggy_beta_{beta}.png"


def expected(beta: float, seed: int = 0) -> np.ndarray:
    share = np.full((4, 6, 1), np.exp(-beta * 50))
    share[0, 0] = 0
    return noise(seed=seed) * share + np.array([250, 200, 150]) * (1 - share)


def make_fog(*arguments: object) -> None:
    run_here(TOOLS / "make_fog.py", *arguments, "--workers", 1)


def test_a_process_writes_the_published_layout(data: Path) -> None:
    done = run_tool("make_fog", "data", "--beta", 0.005, 0.02, *LIGHT, cwd=data.parent)
    assert done.stdout == "data/leftImg8bit_foggy: 4 foggy images made, 0 were there\n"
    for seed, stem in enumerate(STEMS):
        for beta in ("0.005", "0.02"):
            image = np.asarray(Image.open(foggy(data, stem, beta)))
            np.testing.assert_allclose(image, expected(float(beta), seed), atol=0.6)
    # Four images, two folders of splits, two of cities, and the note.
    assert len(files_below(data / "leftImg8bit_foggy")) == 9


def test_it_goes_on_where_it_was_interrupted(data: Path, capsys: pytest.CaptureFixture) -> None:
    make_fog("data", *LIGHT)
    done, left = (foggy(data, stem, "0.02") for stem in STEMS)
    done.write_bytes(b"as it was")
    left.unlink()
    capsys.readouterr()
    make_fog("data", *LIGHT)
    assert capsys.readouterr().out == "data/leftImg8bit_foggy: 1 foggy images made, 1 were there\n"
    assert done.read_bytes() == b"as it was"
    np.testing.assert_allclose(np.asarray(Image.open(left)), expected(0.02, 1), atol=0.6)
    make_fog("data", "--beta", 0.01, 0.02, *LIGHT, "--split", "val")
    assert capsys.readouterr().out == "data/leftImg8bit_foggy: 1 foggy images made, 1 were there\n"


def test_holes_and_estimated_light(data: Path) -> None:
    make_fog("data", "--split", "val", "--holes", "nearest")
    assert json.loads((data / "leftImg8bit_foggy/fog.json").read_text()) == dict(
        atmospheric_light="estimated", holes="nearest"
    )
    image = np.asarray(Image.open(foggy(data, STEMS[1], "0.02"))).astype(float)
    share, clear = np.exp(-1), noise(seed=1)
    light = (image - clear * share) / (1 - share)
    # One colour everywhere, the hole included, up to rounding: that of a pixel of the image.
    assert np.abs(light - light[1, 1]).max() < 2
    assert np.abs(clear - light[1, 1]).max(axis=2).min() < 2


def test_any_folder_of_images_and_depths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth = np.full((4, 6), 500, np.uint16)
    depth[0, 0] = 0
    write_png(tmp_path / "images/a/1.png", noise())
    write_png(tmp_path / "images/2.jpg", noise())
    write_png(tmp_path / "depth/a/1.png", depth)
    write_png(tmp_path / "depth/2.png", depth)
    folders = ("--images", "images", "--depth", "depth", "--out", "out")
    make_fog(*folders, "--depth-scale", 0.1, *LIGHT)
    image = np.asarray(Image.open(tmp_path / "out/a/1_foggy_beta_0.02.png"))
    np.testing.assert_allclose(image, expected(0.02), atol=0.6)
    assert (tmp_path / "out/2_foggy_beta_0.02.png").is_file()


FOLDERS = ("--images", "data/leftImg8bit", "--depth", "data/disparity", "--out", "out")
BAD = {
    ("data", "--beta", -1): "beta must be a finite number >= 0 (in 1/m), got -1.0",
    ("data", "--holes", "white"): "holes must be one of far, nearest, got 'white'",
    ("data", "--workers", 0): "workers must be 1 or more, got 0",
    ("data", "--atmospheric-light", 1, 2, 300): (
        "atmospheric_light must be None or three numbers in [0, 255], RGB, got (1.0, 2.0, 300.0)"
    ),
    ("data", "--split", "train", "tset"): (
        "Cityscapes: the folder 'data/leftImg8bit/tset' does not exist; it should hold Cityscapes' "
        "images ('leftImg8bit/<split>/<city>/*_leftImg8bit.png', with 'disparity/' and 'camera/', "
        "Cordts et al. 2016), unpacked from its publisher's archives"
    ),
    (): "give either the root of Cityscapes, or all of --images, --depth and --out",
    ("data", *FOLDERS): "give either the root of Cityscapes, or all of --images, --depth and --out",
    FOLDERS[:4]: "give either the root of Cityscapes, or all of --images, --depth and --out",
    (*FOLDERS, "--depth-scale", 0): "scale must be a finite number > 0 (metres a unit), got 0.0",
    FOLDERS: (
        "fog: 2 of 2 images have no depth, the first is 'data/leftImg8bit/"
        f"{STEMS[0]}_leftImg8bit.png', which needs 'data/disparity/{STEMS[0]}_leftImg8bit.png'"
    ),
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_arguments(arguments: tuple, data: Path, capsys: pytest.CaptureFixture) -> None:
    assert refused(capsys, "make_fog", *arguments) == f"error: {BAD[arguments]}"


@pytest.mark.parametrize("kind", ["disparity/{}_disparity.png", "camera/{}_camera.json"])
def test_missing_depth(kind: str, data: Path, capsys: pytest.CaptureFixture) -> None:
    path = Path("data") / kind.format(STEMS[1])
    path.unlink()
    assert refused(capsys, "make_fog", "data") == (
        "error: fog: 1 of 2 images have no depth, the first is "
        f"'data/leftImg8bit/{STEMS[1]}_leftImg8bit.png', which needs '{path}'"
    )


def test_depth_of_another_size(data: Path, capsys: pytest.CaptureFixture) -> None:
    write_png(data / f"disparity/{STEMS[0]}_disparity.png", np.ones((4, 5), np.uint16))
    assert refused(capsys, "make_fog", "data") == (
        f"error: 'data/disparity/{STEMS[0]}_disparity.png' must have the size of "
        f"'data/leftImg8bit/{STEMS[0]}_leftImg8bit.png', 6x4, got 5x4"
    )


def test_settings_are_not_mixed(data: Path, capsys: pytest.CaptureFixture) -> None:
    make_fog("data", "--split", "train")
    assert refused(capsys, "make_fog", "data", "--holes", "nearest") == (
        "error: 'data/leftImg8bit_foggy' holds images in fog of other settings (atmospheric_light "
        "estimated, holes far instead of atmospheric_light estimated, holes nearest): choose "
        "another folder or remove it"
    )


def test_foreign_images_are_left_alone(data: Path, capsys: pytest.CaptureFixture) -> None:
    write_png(foggy(data, STEMS[0], "0.02"), noise())
    assert refused(capsys, "make_fog", "data") == (
        "error: 'data/leftImg8bit_foggy' must be free or hold images that this tool made, found "
        "other files"
    )


def test_an_image_that_is_cut(data: Path, capsys: pytest.CaptureFixture) -> None:
    path = data / f"leftImg8bit/{STEMS[0]}_leftImg8bit.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(SystemExit) as stop:
        make_fog("data", "--split", "train")
    assert stop.value.code == 2
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .startswith(
            f"error: the image 'data/leftImg8bit/{STEMS[0]}_leftImg8bit.png' cannot be read: "
        )
    )
    assert not foggy(data, STEMS[0], "0.02").exists()
