"""Parsing the words of a command without running it."""

from argparse import ArgumentParser, Namespace
from typing import Any

from mmadvent.cli.main import module_of


def parse(command: str, *words: Any) -> Namespace:
    """What a command's ``run`` gets for these words."""
    parser = ArgumentParser(command)
    module_of(command).add_arguments(parser)
    return parser.parse_args([str(word) for word in words])
