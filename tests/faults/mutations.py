"""Ways in which a file or a folder is not what it should be."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

Mutation = Callable[[Path], None]


def remove(path: Path) -> None:
    """Take away whatever is there; links are not followed."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


def put(path: Path, content: bytes) -> None:
    """Write a file in the place of whatever is there, never into it."""
    remove(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def empty(path: Path) -> None:
    put(path, b"")


def truncated(path: Path) -> None:
    content = path.read_bytes()
    put(path, content[: len(content) // 2])


def noise(path: Path) -> None:
    put(path, bytes((37 * i * i + 11 * i) % 251 for i in range(4096)))


def not_utf8(path: Path) -> None:
    put(path, b'{"a": "\xff\xfe\xe9"}\n')


def folder(path: Path) -> None:
    remove(path)
    path.mkdir()


def file(path: Path) -> None:
    put(path, b"a file\n")


def loop(path: Path) -> None:
    """A link to itself."""
    remove(path)
    os.symlink(path.name, path)


def dangling(path: Path) -> None:
    remove(path)
    os.symlink("nowhere", path)


def unreadable(path: Path) -> None:
    """Wrong for those only who are not the superuser."""
    path.chmod(0)


def read_only(path: Path) -> None:
    path.mkdir(exist_ok=True)
    path.chmod(0o555)


FILES: dict[str, Mutation] = {
    "missing": remove,
    "empty": empty,
    "truncated": truncated,
    "noise": noise,
    "folder": folder,
    "loop": loop,
    "dangling": dangling,
    "unreadable": unreadable,
}
FOLDERS: dict[str, Mutation] = {
    "missing": remove,
    "empty": folder,
    "file": file,
    "loop": loop,
    "dangling": dangling,
    "unreadable": unreadable,
}
