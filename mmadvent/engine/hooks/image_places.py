"""Where the outputs of an image go: at its place below the folder of all images."""

import os
from collections.abc import Sequence
from typing import Any

from mmadvent.io.listing import check_partners_differ

ENDING = ".png"


def places_of(dataset: Any, what: str = "file") -> dict[str, str]:
    """The path of each image of a data set -> its place, relative, ending in ``.png``.

    Args:
        dataset: of mmengine's kind, or a wrapper such as ``ConcatDataset``, whose images lie below
            the deepest folder that holds those of all its parts.
        what: goes there, for the error.

    Raises:
        InputError: if two images differ in nothing but their ending.
    """
    infos = (dataset.get_data_info(index) for index in range(len(dataset)))
    return image_places([info["img_path"] for info in infos], image_folders(dataset), what)


def image_places(
    paths: Sequence[str], folders: Sequence[str], what: str = "file"
) -> dict[str, str]:
    """The same of paths and the folders that they lie in."""
    whole = {path: os.path.abspath(path) for path in paths}
    root = common_folder(folders)
    if not all(path.startswith(os.path.join(root, "")) for path in whole.values()):
        root = common_folder([os.path.dirname(path) for path in whole.values()])
    places = {
        path: os.path.splitext(os.path.relpath(absolute, root))[0] + ENDING
        for path, absolute in whole.items()
    }
    check_partners_differ(places.items(), what)
    return places


def image_folders(dataset: Any) -> list[str]:
    """The folder of a data set's images, or those of all that a wrapper holds."""
    parts = getattr(dataset, "datasets", None) or [getattr(dataset, "dataset", None)]
    if parts != [None]:
        return [folder for part in parts for folder in image_folders(part)]
    prefix = dataset.data_prefix
    return [prefix.get("img_path") or prefix.get("img") or dataset.data_root or "."]


def common_folder(folders: Sequence[str]) -> str:
    """The deepest folder that all of them are or lie in, as an absolute path."""
    return os.path.commonpath([os.path.abspath(folder) for folder in folders])
