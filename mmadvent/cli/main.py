"""The console script ``mmadvent``: each command is a module of this room.

A command's module has a docstring, which its help shows, ``add_arguments(parser)`` and
``run(args)``. It imports what is heavy in ``run``: torch and OpenMMLab take seconds.
"""

import ast
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.compat import check_versions
from mmadvent.errors import InputError
from mmadvent.version import __version__

# In the order of work: data, training, evaluation, results, the model as others take it.
COMMANDS = (
    "list-configs",
    "browse-dataset",
    "class-prior",
    "convert-cityscapes-boxes",
    "make-fog",
    "convert-weights",
    "train",
    "translate",
    "translation-sheet",
    "make-pseudo-labels",
    "self-train",
    "test",
    "test-ensemble",
    "confusion-matrix",
    "get-flops",
    "model-selection",
    "results-table",
    "picture-sheet",
    "export",
    "upstream-tool",
    "collect-env",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``mmadvent COMMAND ...``; those of the process without ``arguments``."""
    command, *rest = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if command in ("-h", "--help"):
        print(overview())
    elif command == "--version":
        print(__version__)
    else:
        run_command(command, rest, f"mmadvent {command}")


def run_command(
    name: str, arguments: Sequence[str] | None = None, program: str | None = None
) -> None:
    """Run one command; ``tools/*.py`` call it with the name alone.

    Args:
        name: among ``COMMANDS``.
        arguments: after the name, or those of the process.
        program: how the help calls it; by default the script's name.
    """
    with one_sentence_errors():
        if name not in COMMANDS:
            raise InputError(f"the command must be among {', '.join(COMMANDS)}, got '{name}'")
        if name != "collect-env":  # which helps to find out what does not fit
            check_versions()
        module = module_of(name)
        parser = ArgumentParser(
            program, description=module.__doc__, formatter_class=RawDescriptionHelpFormatter
        )
        module.add_arguments(parser)
        words = sys.argv[1:] if arguments is None else list(arguments)
        _refuse_empty(words)
        module.run(parser.parse_args(words))


def _refuse_empty(words: Sequence[str]) -> None:
    """An empty word, as of a variable that is not set, would count as an option not given."""
    for before, word in pairwise(["the command", *words]):
        if not word.strip():
            raise InputError(f"no word of a command line may be empty, got one after {before}")


def module_of(name: str) -> ModuleType:
    """The module of a command."""
    return import_module(f"mmadvent.cli.{name.replace('-', '_')}")


def first_line(name: str) -> str:
    """What a command does, from its file: importing all of them takes a second."""
    file = Path(__file__).with_name(f"{name.replace('-', '_')}.py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def overview() -> str:
    """All commands, each with the first line of its help."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {first_line(name)}" for name in COMMANDS]
    return "\n".join(
        [
            "usage: mmadvent COMMAND ...",
            "",
            "Domain adaptation of segmentors and detectors, as a plugin of OpenMMLab.",
            "",
            *lines,
            "",
            "mmadvent COMMAND --help says what a command takes, mmadvent --version the version.",
        ]
    )
