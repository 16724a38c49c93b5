"""List the configs that come with the package, or write them as single files.

    mmadvent list-configs advent gta2cs
    mmadvent list-configs advent gta2cs --dest configs

A listed name goes where a config's path goes: mmadvent train NAME, or _base_ = "NAME" in a config
of your own.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from mmadvent.cli.command_line import load_config
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
        "--dest", type=Path, help="folder for the listed configs, each with all that it inherits"
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
    for entry in found if args.dest else ():
        path = args.dest / entry.name.removeprefix(OWN)
        path.parent.mkdir(parents=True, exist_ok=True)
        load_config(entry.name).dump(path)
        print(f"wrote {path}")


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
