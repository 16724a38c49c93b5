"""List the configs that come with the package, or copy them to be changed.

    mmadvent list-configs advent gta2cs
    mmadvent list-configs advent gta2cs --dest configs

A listed name goes where a config's path goes: mmadvent train NAME, or _base_ = "NAME" in a config
of your own. A copy inherits from the package.
"""

import ast
import posixpath
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from mmadvent.compat import OWN, find_own_configs
from mmadvent.errors import InputError
from mmadvent.io.outputs import check_folder_to_write


@dataclass(frozen=True)
class ListedConfig:
    """A config of the model index.

    Attributes:
        name: as ``_base_`` and the command lines take it.
        data: what it trains on.
    """

    name: str
    data: str


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="list the names that have all of them")
    parser.add_argument(
        "--dest", type=Path, help="folder for copies of the listed configs, to be changed"
    )


def run(args: Namespace) -> None:
    found = [entry for entry in listed() if all(word in entry.name for word in args.words)]
    if not found:
        raise InputError(f"no config's name has '{' '.join(args.words)}' in it")
    copies = copies_of(found, args.dest) if args.dest else {}
    width = max(len(entry.name) for entry in found)
    for entry in found:
        print(f"{entry.name:{width}}  {entry.data}")
    from mmadvent.io.writing import write_bytes

    for path, content in copies.items():
        write_bytes(path, content)
        print(f"wrote {path}")


def copies_of(found: list[ListedConfig], folder: Path) -> dict[Path, bytes]:
    """The files with copies of configs, which are to be changed: what was changed stays.

    Raises:
        InputError: if nothing can be written there, or if there is another file in a copy's place.
    """
    check_folder_to_write(folder, "--dest")
    copies = {}
    for entry in found:
        name = entry.name.removeprefix(OWN)
        path, content = folder / name, copy_of(name).encode()
        if path.is_file() and path.read_bytes() != content:
            raise InputError(
                f"--dest must have no other file where a copy goes, got '{path}': choose another "
                "folder, or move it"
            )
        copies[path] = content
    return copies


def copy_of(name: str) -> str:
    """The text of a config, whose bases are named as anybody's config names them.

    What it computes from its own lines stays: a copy with all that it inherits could not.
    """
    text = (find_own_configs() / "configs" / name).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_base_":
            bases = ast.literal_eval(node.value)
            folder = posixpath.dirname(name)
            named = [
                OWN + posixpath.normpath(posixpath.join(folder, base))
                for base in ([bases] if isinstance(bases, str) else bases)
            ]
            shown = ", ".join(f'"{base}"' for base in named)
            source = ast.get_source_segment(text, node.value)
            assert source is not None
            return text.replace(source, shown if isinstance(bases, str) else f"[{shown}]", 1)
    return text


def listed() -> list[ListedConfig]:
    """The configs of ``model-index.yml``, in its order."""
    from mmengine.fileio import load

    root = find_own_configs()
    return [
        ListedConfig(
            OWN + model["Config"].removeprefix("configs/"),
            " -> ".join(model["Metadata"]["Training Data"]),
        )
        for metafile in load(root / "model-index.yml")["Import"]
        for model in load(root / metafile)["Models"]
    ]
