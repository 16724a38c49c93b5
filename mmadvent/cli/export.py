"""The command line of every export."""

import argparse
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, load_config
from mmadvent.export.plain import Library, export


def parse_args(library: Library) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=f"Export a trained model so that plain {library.name} loads it."
    )
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="path of a checkpoint")
    parser.add_argument("out_dir", type=Path, help="folder for the exported files")
    return parser.parse_args()


def export_model(library: Library) -> None:
    """Export what the command line names for a library."""
    args = parse_args(library)
    config = load_config(args.config, args.cfg_options)
    export(library, config, Path(args.config).stem, args.checkpoint, args.out_dir)
