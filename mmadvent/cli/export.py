"""Export a trained model: for plain mmseg or mmdet, or a segmentor as one file for other runtimes.

    mmadvent export CONFIG CHECKPOINT OUT_DIR
    mmadvent export CONFIG CHECKPOINT model.onnx --format onnx

For the library of the config, OUT_DIR gets a checkpoint of the network alone, a config for
inference and, if the model has classes that the library lacks, one Python module with their source,
which the config imports. TorchScript and ONNX take images of any size and are checked: the command
runs the file and compares its logits with torch's.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, is_detection, load_config
from mmadvent.errors import InputError

LIBRARIES, ONE_FILE = ("mmseg", "mmdet"), ("torchscript", "onnx")


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="path of a checkpoint")
    parser.add_argument("out", type=Path, help="folder for the exported files, or the one file")
    parser.add_argument(
        "--format",
        metavar="|".join((*LIBRARIES, *ONE_FILE)),
        help="mmseg or mmdet, whichever the config is of (default), or one file",
    )


def run(args: Namespace) -> None:
    """Export in the format asked for."""
    config = load_config(args.config, args.cfg_options)
    library_name = LIBRARIES[is_detection(config)]
    form = args.format or library_name
    check_format(form, library_name)
    if form in ONE_FILE:
        from mmadvent.export.one_file import export_one_file

        difference = export_one_file(config, args.checkpoint, args.out, form)
        print(f"wrote {args.out}; its logits are torch's to {difference:.1g}")
        return
    from mmadvent.export.plain import export

    if library_name == "mmdet":
        from mmadvent.export.detector import MMDET as library
    else:
        from mmadvent.export.segmentor import MMSEG as library
    export(library, config, Path(args.config).stem, args.checkpoint, args.out)


def check_format(form: str, library: str) -> None:
    """Check that a config of ``library`` can be exported so.

    Raises:
        InputError: if it cannot.
    """
    if form in ONE_FILE and library == "mmdet":
        raise InputError(
            f"--format {form} is for segmentors: mmdet decodes and suppresses a detector's boxes "
            "in Python, which torch's exporters cannot follow; export for mmdet and deploy that "
            "with MMDeploy"
        )
    allowed = (library, *ONE_FILE)
    if form not in allowed:
        raise InputError(
            f"--format must be one of {', '.join(allowed)} for this config, got '{form}'"
        )
