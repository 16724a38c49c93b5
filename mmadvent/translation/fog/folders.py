"""Fog on whole folders of images; what is done is not done again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.io.listing import (
    IMAGE_SUFFIXES,
    check_partners_exist,
    check_split,
    list_images,
)
from mmadvent.io.load_image import ambiguous
from mmadvent.io.picture_header import ORIENTATION
from mmadvent.io.processes import check_workers, map_in_processes
from mmadvent.io.reading import check_same_size, open_image
from mmadvent.io.writing import write_png
from mmadvent.translation.fog.atmospheric_light import estimate_atmospheric_light
from mmadvent.translation.fog.depth import fill_holes
from mmadvent.translation.fog.names import FOLDER, foggy_name
from mmadvent.translation.fog.optical_model import blend_fog, check_beta, transmission
from mmadvent.translation.fog.settings import FogSettings
from mmadvent.translation.fog.sources import (
    LEFT,
    DepthPNG,
    DistanceSource,
    check_scale,
    find_distance,
)


@dataclass(frozen=True)
class FogJob:
    """One image."""

    image: str
    source: DistanceSource
    out: Path
    """The clear image's place in the output; its foggy versions get names of their own."""


def cityscapes_jobs(root: Path, splits: Sequence[str], out: Path | None = None) -> list[FogJob]:
    """The images of some splits of Cityscapes, with their disparity and camera files.

    Args:
        root: Folder of ``leftImg8bit``, ``disparity`` and ``camera``.
        splits: Names of the folders below them.
        out: For the foggy images; by default ``leftImg8bit_foggy`` in ``root``.

    Raises:
        InputError: if a folder is missing or empty.
    """
    holds = (
        f"Cityscapes' images ('{LEFT}/<split>/<city>/*_{LEFT}.png', with 'disparity/' and "
        "'camera/', Cordts et al. 2016), unpacked from its publisher's archives"
    )
    out = out or root / FOLDER
    jobs = []
    for split in dict.fromkeys(splits):
        check_split(split)
        folder = root / LEFT / split
        for name in list_images(str(folder), (f"_{LEFT}.png",), "Cityscapes", holds):
            image = str(folder / name)
            jobs.append(FogJob(image, find_distance(image), out / split / name))
    return jobs


def folder_jobs(images: Path, depth: Path, out: Path, scale: float) -> list[FogJob]:
    """The images in and below any folder, with a depth PNG of the same name for each.

    Args:
        images: Folder of the images.
        depth: Folder of the depths: 16-bit PNGs, 0 where there is none.
        out: For the foggy images, with the same folders below.
        scale: Metres a unit of the depths.

    Raises:
        InputError: if a folder is missing or empty, or ``scale`` is not above 0.
    """
    check_scale(scale)
    names = list_images(str(images), IMAGE_SUFFIXES, "images", "the clear images")
    return [
        FogJob(
            str(images / name),
            DepthPNG(str((depth / name).with_suffix(".png")), scale),
            out / name,
        )
        for name in names
    ]


def check_jobs(jobs: Sequence[FogJob], betas: Sequence[float]) -> None:
    """Check all that can be checked before anything is written.

    Raises:
        InputError: if a density is out of its range, two foggy images would have one name, a depth
            file is missing, or a depth has another size than its image.
    """
    for beta in betas:
        check_beta(beta)
    places: dict[Path, str] = {}
    for beta in betas:
        for job in jobs:
            path, told = _foggy_path(job, beta), f"'{job.image}' at a beta of {beta}"
            other = places.setdefault(path, told)
            if other is not told:
                raise InputError(
                    f"each foggy image must have a name of its own, got {other} and {told} for "
                    f"'{path}'"
                )
    for paths in zip(*(job.source.files for job in jobs), strict=True):
        pairs = [(job.image, path) for job, path in zip(jobs, paths, strict=True)]
        check_partners_exist(pairs, "fog", "depth")
    for job in jobs:
        check_same_size(job.image, job.source.files[0])


def left_of(jobs: Sequence[FogJob], betas: Sequence[float]) -> list[tuple[FogJob, list[float]]]:
    """The jobs, with the densities, whose foggy images are not there yet."""
    left = []
    for job in jobs:
        missing = [beta for beta in betas if not _foggy_path(job, beta).exists()]
        if missing:
            left.append((job, missing))
    return left


def make_fog(
    left: Sequence[tuple[FogJob, list[float]]],
    settings: FogSettings,
    workers: int = 2,
    progress: Callable[[], object] | None = None,
) -> None:
    """Write foggy images, each under a temporary name first.

    Args:
        left: Jobs and their densities: see :func:`left_of`.
        settings: How.
        workers: Number of processes.
        progress: Called after each job.

    Raises:
        InputError: if ``workers`` is below 1, or a file cannot be read, an image has an EXIF
            orientation or other pixels than of 8 bits.
    """
    check_workers(workers)
    for _ in map_in_processes(partial(_write_foggy, settings), left, workers):
        if progress:
            progress()


def _write_foggy(settings: FogSettings, task: tuple[FogJob, list[float]]) -> None:
    job, betas = task
    with open_image(job.image) as opened:
        image = _pixels(opened, job.image)
    distance = fill_holes(job.source.read(), settings.holes)
    light = settings.atmospheric_light
    color = estimate_atmospheric_light(image) if light is None else light
    for beta in betas:
        foggy = blend_fog(image, transmission(distance, beta), color)
        write_png(_foggy_path(job, beta), foggy)


def _pixels(opened: Image.Image, path: str) -> np.ndarray:
    """RGB in 8 bits: Pillow would cut off what is brighter, and leave the picture as it lies."""
    orientation = opened.getexif().get(ORIENTATION, 1)
    if orientation != 1:
        raise InputError(ambiguous(path, orientation, "its depth"))
    if opened.mode.startswith(("I", "F")):
        raise InputError(f"the image '{path}' must have 8 bits a channel, got {opened.mode}")
    return np.asarray(opened.convert("RGB"))


def _foggy_path(job: FogJob, beta: float) -> Path:
    return Path(foggy_name(str(job.out), beta))
