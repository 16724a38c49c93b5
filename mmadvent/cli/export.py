"""Export a trained model so that plain mmseg or mmdet loads it, with no mmadvent installed.

    mmadvent export CONFIG CHECKPOINT OUT_DIR

OUT_DIR gets a checkpoint of the network alone, a config for inference and, if the model has classes
that the library lacks, one Python module with their source, which the config imports.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, is_detection, load_config


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="path of a checkpoint")
    parser.add_argument("out_dir", type=Path, help="folder for the exported files")


def run(args: Namespace) -> None:
    """Export for the library of the config's half."""
    from mmadvent.export.plain import export

    config = load_config(args.config, args.cfg_options)
    if is_detection(config):
        from mmadvent.export.detector import MMDET as library
    else:
        from mmadvent.export.segmentor import MMSEG as library
    export(library, config, Path(args.config).stem, args.checkpoint, args.out_dir)
