"""Fog on whole folders: which images, what is checked before, what is left to do."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.translation.fog.folders import (
    FogJob,
    check_jobs,
    cityscapes_jobs,
    folder_jobs,
    left_of,
    make_fog,
)
from mmadvent.translation.fog.settings import FogSettings
from tests.translation.fog.files import noise, write_cityscapes, write_png

STEMS = ("train/ulm/a", "train/bonn/b", "val/ulm/c")
LIGHT = (250.0, 200.0, 150.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Cityscapes with three images, 50 m away."""
    for number, stem in enumerate(STEMS):
        write_cityscapes(tmp_path, noise(seed=number), np.full((4, 6), 50.0), stem)
    return tmp_path


def places(jobs: list[FogJob], out: Path) -> list[str]:
    return [str(job.out.relative_to(out)) for job in jobs]


def test_splits_of_cityscapes_once_and_in_order(root: Path) -> None:
    jobs = cityscapes_jobs(root, ["val", "train", "val"])
    images = [f"{stem}_leftImg8bit.png" for stem in (STEMS[2], STEMS[1], STEMS[0])]
    assert places(jobs, root / "leftImg8bit_foggy") == images
    assert [job.image for job in jobs] == [str(root / "leftImg8bit" / name) for name in images]
    assert jobs[0].source.files == (
        str(root / "disparity/val/ulm/c_disparity.png"), str(root / "camera/val/ulm/c_camera.json")
    )  # fmt: skip
    assert places(cityscapes_jobs(root, ["val"], root / "out"), root / "out") == images[:1]
    with pytest.raises(InputError, match="tset' does not exist; it should hold Cityscapes' images"):
        cityscapes_jobs(root, ["tset"])


def test_any_folder_has_depths_of_the_same_names(tmp_path: Path) -> None:
    images, depth, out = (tmp_path / name for name in ("images", "depth", "out"))
    write_png(images / "b/1.jpg", noise())
    write_png(images / "a.png", noise())
    jobs = folder_jobs(images, depth, out, scale=0.1)
    assert places(jobs, out) == ["a.png", "b/1.jpg"]
    assert jobs[1].source.files == (str(depth / "b/1.png"),)
    write_png(depth / "b/1.png", np.full((4, 6), 500, np.uint16))
    np.testing.assert_allclose(jobs[1].source.read(), 50)
    with pytest.raises(InputError, match="^scale must be a finite number > 0"):
        folder_jobs(images, depth, out, scale=0)


def test_everything_is_checked_before_anything_is_written(root: Path) -> None:
    jobs = cityscapes_jobs(root, ["train"])
    check_jobs(jobs, [0.01, 0.02])
    with pytest.raises(InputError, match="^beta must be a finite number >= 0"):
        check_jobs(jobs, [0.01, -1])
    disparity, camera = jobs[1].source.files
    write_png(Path(disparity), np.ones((4, 5), np.uint16))
    with pytest.raises(InputError) as error:
        check_jobs(jobs, [0.01])
    assert (
        str(error.value) == f"'{disparity}' must have the size of '{jobs[1].image}', 6x4, got 5x4"
    )
    Path(camera).unlink()
    with pytest.raises(InputError) as error:
        check_jobs(jobs, [0.01])
    assert str(error.value) == (
        f"fog: 1 of 2 images have no depth, the first is '{jobs[1].image}', which needs '{camera}'"
    )


def test_each_foggy_image_has_a_name_of_its_own(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    for name in ("a.png", "a.jpg"):
        Image.fromarray(noise()).save(images / name)
    jobs = folder_jobs(images, tmp_path, tmp_path / "out", 1)
    with pytest.raises(InputError) as error:
        check_jobs(jobs, [0.02])
    assert str(error.value) == (
        f"each foggy image must have a name of its own, got '{images / 'a.jpg'}' at a beta of 0.02 "
        f"and '{images / 'a.png'}' at a beta of 0.02 for "
        f"'{tmp_path / 'out/a_foggy_beta_0.02.png'}'"
    )
    with pytest.raises(InputError, match="at a beta of 0.02 and .* at a beta of 0.02000001 for "):
        check_jobs(jobs[:1], [0.02, 0.02000001])


def test_what_is_there_is_not_made_again(root: Path) -> None:
    jobs, betas = cityscapes_jobs(root, ["train"]), [0.01, 0.02]
    assert left_of(jobs, betas) == [(job, betas) for job in jobs]
    settings, steps = FogSettings(LIGHT), []
    make_fog([(jobs[0], [0.01])], settings, workers=1)
    assert left_of(jobs, betas) == [(jobs[0], [0.02]), (jobs[1], betas)]
    assert left_of(jobs, [0.01]) == [(jobs[1], [0.01])]
    make_fog(left_of(jobs, betas), settings, 1, progress=lambda: steps.append(1))
    assert left_of(jobs, betas) == [] and len(steps) == 2


def test_the_pixels_are_the_models(root: Path) -> None:
    (job,) = cityscapes_jobs(root, ["val"])
    make_fog([(job, [0.005, 0.02])], FogSettings(LIGHT), workers=1)
    for beta in (0.005, 0.02):
        path = job.out.with_name(f"c_leftImg8bit_foggy_beta_{beta}.png")
        share = np.exp(-beta * 50)
        expected = noise(seed=2) * share + np.array(LIGHT) * (1 - share)
        np.testing.assert_allclose(np.asarray(Image.open(path)), expected, atol=0.6)


def test_images_that_are_turned_or_deep(root: Path) -> None:
    (job,) = cityscapes_jobs(root, ["val"])
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise()).save(job.image, exif=exif)
    with pytest.raises(
        InputError, match=f"'{job.image}' has the EXIF orientation 6, and its depth"
    ):
        make_fog([(job, [0.02])], FogSettings(LIGHT), workers=1)
    write_png(Path(job.image), np.full((4, 6), 4095, np.uint16))
    with pytest.raises(InputError) as error:
        make_fog([(job, [0.02])], FogSettings(LIGHT), workers=1)
    assert str(error.value) == (f"the image '{job.image}' must have 8 bits a channel, got I;16")
    assert not job.out.parent.exists()


def test_processes_are_counted_from_1(root: Path) -> None:
    with pytest.raises(InputError, match="^workers must be 1 or more, got 0$"):
        make_fog([], FogSettings(), workers=0)
