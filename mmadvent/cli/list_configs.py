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
    if args.dest:
        check_folder_to_write(args.dest, "--dest")
    width = max(len(entry.name) for entry in found)
    for entry in found:
        print(f"{entry.name:{width}}  {entry.data}")
    if not args.dest:
        return
    from mmadvent.io.writing import write_bytes

    for entry in found:
        name = entry.name.removeprefix(OWN)
        path = args.dest / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, copy_of(name).encode())
        print(f"wrote {path}")


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
