"""Conversion of a whole split, which goes on where it was interrupted."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmadvent.datasets.listing import check_partners_exist, list_images
from mmadvent.datasets.processes import check_workers, map_in_processes
from mmadvent.datasets.reading import check_same_size, open_image
from mmadvent.datasets.writing import write_bytes
from mmadvent.detection.boxes.coco import CONVENTIONS, ImageRegions, coco_annotations
from mmadvent.detection.boxes.regions import Region, find_regions
from mmadvent.errors import InputError
from mmadvent.models.checks import check_choice

IMAGE_ENDING = "_leftImg8bit.png"
INSTANCE_ENDING = "_gtFine_instanceIds.png"
NAME = "Cityscapes"
HOLDS = (
    "Cityscapes' images ('leftImg8bit/<split>/<city>/*_leftImg8bit.png', with instance ids in "
    "'gtFine/', Cordts et al. 2016), unpacked from its publisher's archives"
)


def annotation_file(split: str) -> str:
    """Where the boxes of a split lie, relative to the root of the data set."""
    return f"annotations/instances_{split}.json"


@dataclass(frozen=True)
class Conversion:
    """What to convert, and how.

    Args:
        root: Folder of ``leftImg8bit`` and ``gtFine``.
        split: Name of the folder below both.
        out: The annotation file.
        convention: One of :data:`mmadvent.detection.boxes.coco.CONVENTIONS`.
        keep_empty: Whether to keep images without boxes.
        names: The images, relative to the folder of the split; use :meth:`prepare`.
    """

    root: Path
    split: str
    out: Path
    convention: str
    keep_empty: bool
    names: tuple[str, ...]

    @classmethod
    def prepare(
        cls, root: Path, split: str, out: Path, convention: str = "mmdet", keep_empty: bool = True
    ) -> "Conversion":
        """List the images and check all that can be checked before anything is written.

        Raises:
            InputError: if the convention is unknown, a folder is missing or empty, an image has no
                instance ids or ones of another size, or ``out`` holds annotations made otherwise.
        """
        check_choice("convention", convention, CONVENTIONS)
        names = list_images(str(root / "leftImg8bit" / split), (IMAGE_ENDING,), NAME, HOLDS)
        conversion = cls(root, split, out, convention, keep_empty, tuple(names))
        pairs = [(conversion.image(name), conversion.instance_ids(name)) for name in names]
        check_partners_exist(pairs, NAME, "instance ids")
        if conversion.finished() is None:
            for image, instance_ids in pairs:
                check_same_size(image, instance_ids)
        return conversion

    def image(self, name: str) -> str:
        """Path of an image."""
        return str(self.root / "leftImg8bit" / self.split / name)

    def instance_ids(self, name: str) -> str:
        """Path of an image's instance ids."""
        partner = name.removesuffix(IMAGE_ENDING) + INSTANCE_ENDING
        return str(self.root / "gtFine" / self.split / partner)

    @property
    def info(self) -> dict[str, Any]:
        """What the annotations depend on."""
        return dict(
            description=f"boxes of Cityscapes' {self.split} split",
            convention=self.convention,
            empty_images="kept" if self.keep_empty else "dropped",
            source_images=len(self.names),
        )

    def finished(self) -> dict[str, Any] | None:
        """The content of the annotation file, None if it is not there.

        Raises:
            InputError: if there is another one.
        """
        if not self.out.exists():
            return None
        try:
            content = json.loads(self.out.read_text())
            found = content["info"]
        except (OSError, ValueError, KeyError, TypeError):
            found = None
        if found != self.info:
            raise InputError(
                f"'{self.out}' already holds annotations of other images or another convention; "
                "choose another folder or remove it"
            )
        return content

    def run(self, workers: int = 2, progress: Callable[[], object] | None = None) -> dict[str, Any]:
        """Find the boxes of all images, write the annotation file and return its content.

        What is found is noted in a hidden file beside it, image by image. An interrupted run
        leaves that file, and the next one goes on from there.

        Args:
            workers: Number of processes.
            progress: Called after each image.

        Raises:
            InputError: if ``workers`` is below 1, or a file cannot be read.
        """
        check_workers(workers)
        content = self.finished()
        if content is not None:
            return content
        found = self._resume()
        write_bytes(self._notes, "".join(map(_line, found.values())).encode())
        with self._notes.open("a", buffering=1) as notes:  # one line at a time
            # The paths alone: a worker has no use for the list of all images.
            left = [(name, self.instance_ids(name)) for name in self.names if name not in found]
            for note in map_in_processes(_find, left, workers):
                notes.write(_line(note))
                found[note["file_name"]] = note
                if progress:
                    progress()
        images = [_image_regions(found[name]) for name in self.names]
        content = coco_annotations(images, self.convention, self.keep_empty, self.info)
        write_bytes(self.out, json.dumps(content).encode())
        self._notes.unlink()
        return content

    @property
    def left(self) -> int:
        """Number of images whose boxes are still to be found."""
        return 0 if self.finished() is not None else len(self.names) - len(self._resume())

    @property
    def _notes(self) -> Path:
        return self.out.with_name(f".{self.out.stem}.unfinished.jsonl")

    def _resume(self) -> dict[str, dict]:
        """What an interrupted run found, of files that are still the same."""
        wanted = set(self.names)
        found = {}
        lines: Iterable[str] = self._notes.read_text().splitlines() if self._notes.exists() else ()
        for line in lines:
            try:
                note = json.loads(line)
            except ValueError:  # the line at which the run was interrupted
                continue
            name = note["file_name"]
            if name in wanted and note["stamp"] == _stamp(self.instance_ids(name)):
                found[name] = note
        return found


def _find(job: tuple[str, str]) -> dict[str, Any]:
    """The regions on one image, given with the path of its instance ids, as JSON."""
    name, path = job
    with open_image(path, "instance ids") as picture:
        ids = np.asarray(picture)
    if ids.ndim != 2:
        raise InputError(
            f"the instance ids '{path}' must be one id a pixel, got an image of shape {ids.shape}"
        )
    height, width = ids.shape
    return dict(
        file_name=name,
        stamp=_stamp(path),
        width=width,
        height=height,
        regions=[list(region) for region in find_regions(ids)],
    )


def _image_regions(note: dict[str, Any]) -> ImageRegions:
    regions = tuple(Region(*values) for values in note["regions"])
    return ImageRegions(note["file_name"], note["width"], note["height"], regions)


def _stamp(path: str) -> list[int]:
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns]


def _line(note: dict[str, Any]) -> str:
    return json.dumps(note) + "\n"
