"""Checks of the folders of a data set, before anything is trained."""

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence

from mmadvent.errors import InputError

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


def list_images(
    folder: str, suffixes: Sequence[str], dataset: str, holds: str, pattern: str = "*"
) -> list[str]:
    """Paths, relative to ``folder``, of all files in or below it that end in one of ``suffixes``.

    Hidden files and folders, whose names begin with a dot, are no part of it. Links to folders are
    followed, except back to a folder that they lie in.

    Args:
        folder: where to look.
        suffixes: endings to accept, in lower case; the case of a file's ending does not matter.
        dataset: the data set's name, for the errors.
        holds: what should be in ``folder`` and where it comes from, for the errors.
        pattern: which of them to take, by their names without folders, with a shell's wildcards;
            with a slash, by their paths below ``folder``.

    Returns:
        At least one path, sorted.

    Raises:
        InputError: if the folder is missing or holds no such file, or no name fits ``pattern``.
    """
    if not os.path.isdir(folder):
        raise InputError(f"{dataset}: the folder '{folder}' does not exist; it should hold {holds}")
    endings = tuple(suffix.lower() for suffix in suffixes)
    found = sorted(
        os.path.relpath(path, folder)
        for path in walk_files(folder)
        if path.lower().endswith(endings)
    )
    if not found:
        raise InputError(
            f"{dataset}: the split '{folder}' is empty: no file there ends in "
            f"{' or '.join(endings)}; it should hold {holds}"
        )
    whole = "/" in pattern
    names = [path.replace(os.sep, "/") if whole else os.path.basename(path) for path in found]
    chosen = [
        path for path, name in zip(found, names, strict=True) if fnmatch.fnmatchcase(name, pattern)
    ]
    if not chosen:
        raise InputError(
            f"{dataset}.pattern must fit the name of an image, but none of the {len(found)} in "
            f"'{folder}' fits '{pattern}'; the first is '{found[0]}'"
        )
    return chosen


def walk_files(folder: str, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """Paths of the files in and below a folder, as :func:`list_images` looks for them.

    Args:
        folder: where to look.
        above: real paths of the folders that it lies in.
    """
    above = above | {os.path.realpath(folder)}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if not entry.is_dir():
                yield entry.path
            elif not entry.is_symlink() or os.path.realpath(entry.path) not in above:
                yield from walk_files(entry.path, above)


def missing_files(paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` that are not there, in their order; links to nowhere are not."""
    # One listing of each folder instead of one look-up of each file: folders are large and often
    # on a network file system.
    present: dict[str, set[str]] = {}
    missing = []
    for path in paths:
        folder, name = os.path.split(path)
        if folder not in present:
            present[folder] = _files_in(folder)
        if name not in present[folder]:
            missing.append(path)
    return missing


def _files_in(folder: str) -> set[str]:
    if not os.path.isdir(folder or "."):
        return set()
    with os.scandir(folder or ".") as entries:
        return {e.name for e in entries if not e.is_symlink() or os.path.exists(e.path)}


def check_partners_exist(
    pairs: Sequence[tuple[str, str]], dataset: str, partner: str = "label"
) -> None:
    """Check that every ``(image, partner)`` pair has its partner: a label, a depth, ...

    Raises:
        InputError: naming the first image without a partner, and how many there are, or two that
            share one.
    """
    missing = set(missing_files(path for _, path in pairs))
    if missing:
        image, path = next(pair for pair in pairs if pair[1] in missing)
        count = sum(other in missing for _, other in pairs)
        raise InputError(
            f"{dataset}: {count} of {len(pairs)} images have no {partner}, the first is "
            f"'{image}', which needs '{path}'"
        )
    check_partners_differ(pairs, partner)


def check_partners_differ(pairs: Iterable[tuple[str, str]], partner: str) -> None:
    """Check that no two images share a partner, as ``a.jpg`` and ``a.png`` would.

    Raises:
        InputError: naming the first two images that do.
    """
    first: dict[str, str] = {}
    for image, path in pairs:
        if first.setdefault(path, image) != image:
            raise InputError(
                f"images must differ in more than their ending to have a {partner} each, got "
                f"'{first[path]}' and '{image}'"
            )
