"""Split lists: text files that name some of a folder's images."""

import os
from collections.abc import Sequence

from mmadvent.errors import InputError


def choose_listed(
    images: Sequence[str], path: str, suffixes: Sequence[str], dataset: str
) -> list[str]:
    """Those images that a split list names, in the order of the list.

    A line is an image's path below the folder of the images, without its ending, as mmseg's
    ``ann_file`` has it, or with it. Empty lines do not count.

    Args:
        images: paths relative to their folder.
        path: of the list; all images if it is empty.
        suffixes: endings of the images, in any case.
        dataset: the data set's name, for the errors.

    Raises:
        InputError: if there is no such file, if it is no text, if it names no image, one twice, or
            one that is not there or several.
    """
    if not path:
        return list(images)
    places: dict[str, list[str]] = {}
    for image in images:
        for name in {image, *_stems(image, suffixes)}:
            places.setdefault(name, []).append(image)
    chosen: dict[str, None] = {}
    present = set(images)
    for name in _read_lines(path, dataset):
        found = [name] if name in present else places.get(os.path.normpath(name), [])
        if len(found) != 1:
            what = f"fits {len(found)} images" if found else "is not among the images"
            first = found[0] if found else images[0]
            raise InputError(
                f"{dataset}: each line of the split list '{path}' must name one image, but "
                f"'{name}' {what}, the first of which is '{first}'"
            )
        if found[0] in chosen:
            raise InputError(f"{dataset}: the split list '{path}' names '{name}' twice")
        chosen[found[0]] = None
    return list(chosen)


def _read_lines(path: str, dataset: str) -> list[str]:
    try:
        with open(path, encoding="utf-8-sig") as file:
            names = [line.strip() for line in file]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InputError(
            f"{dataset}: ann_file must be a split list, a text file of one image a line, but "
            f"'{path}' cannot be read: {reason}"
        ) from error
    names = [name for name in names if name]
    if not names:
        raise InputError(f"{dataset}: the split list '{path}' is empty")
    return names


def _stems(image: str, suffixes: Sequence[str]) -> list[str]:
    lower = image.lower()
    return [image[: -len(s)] for s in suffixes if s and lower.endswith(s.lower())]
