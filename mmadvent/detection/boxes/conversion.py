"""Conversion of a whole split, which goes on where it was interrupted."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmadvent.checks import check_choice, parse_json
from mmadvent.detection.boxes.coco import CONVENTIONS, ImageRegions, coco_annotations
from mmadvent.detection.boxes.regions import Region, find_regions
from mmadvent.errors import InputError
from mmadvent.io.listing import check_partners_exist, list_images
from mmadvent.io.noted_map import NotedMap
from mmadvent.io.processes import check_workers
from mmadvent.io.reading import check_same_size, open_image
from mmadvent.io.writing import write_bytes

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
            source_sha256=self._search.digest(),
        )

    def finished(self) -> dict[str, Any] | None:
        """The content of the annotation file, None if it is not there.

        Raises:
            InputError: if there is another one.
        """
        if not self.out.exists():
            return None
        try:
            content = parse_json(self.out.read_bytes())
            found = content["info"]
            whole = all(entry["iscrowd"] in (0, 1) for entry in content["annotations"])
            whole = whole and isinstance(content["images"], list)
        except (OSError, ValueError, KeyError, TypeError):
            found, whole = None, False
        if not whole or found != self.info:
            raise InputError(
                f"'{self.out}' already holds annotations of other images, of instance ids that "
                "have changed since, or of another convention; choose another folder or remove it"
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
        search = self._search
        found = search.run(workers, progress)
        images = [_image_regions(name, **found[name]) for name in self.names]
        content = coco_annotations(images, self.convention, self.keep_empty, self.info)
        write_bytes(self.out, json.dumps(content).encode())
        search.forget()
        return content

    @property
    def left(self) -> int:
        """Number of images whose boxes are still to be found."""
        return 0 if self.finished() is not None else self._search.left

    @property
    def _search(self) -> NotedMap:
        notes = self.out.with_name(f".{self.out.stem}.unfinished.jsonl")
        return NotedMap(_find, {name: self.instance_ids(name) for name in self.names}, notes)


def _find(path: str) -> dict[str, Any]:
    """The regions on one image, given as its instance ids, as JSON."""
    with open_image(path, "instance ids") as picture:
        ids = np.asarray(picture)
    if ids.ndim != 2:
        raise InputError(
            f"the instance ids '{path}' must be one id a pixel, got an image of shape {ids.shape}"
        )
    height, width = ids.shape
    regions = [list(region) for region in find_regions(ids)]
    return dict(width=width, height=height, regions=regions)


def _image_regions(name: str, width: int, height: int, regions: list[list]) -> ImageRegions:
    return ImageRegions(name, width, height, tuple(Region(*values) for values in regions))
