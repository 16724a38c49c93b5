"""Convert weights that ADVENT, ESL or AdaptSegNet published into a checkpoint.

    mmadvent convert-weights SOURCE.pth OUT.pth --released-by advent

The network is told from the file, which is read without running anything in it; see
docs/weights.md.
"""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mmadvent.errors import InputError

if TYPE_CHECKING:
    from mmadvent.segmentation.published_weights import Converted

# Named before the half that has them is imported.
RELEASES = ("advent", "esl", "adaptsegnet")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("source", help="path of the published file")
    parser.add_argument("out", type=Path, help="path of the checkpoint, which must not exist")
    parser.add_argument(
        "--released-by",
        metavar="|".join(RELEASES),
        help="whose the classifier is, which its names do not tell; initial weights have none",
    )


def summary(converted: "Converted", out: Path) -> list[str]:
    """What came out, and how to load it."""
    if not converted.levels:
        return [
            f"{out}: {converted.title}, a backbone without a classifier",
            f"fits {converted.config} with --cfg-options model.backbone.init_cfg.checkpoint={out}",
        ]
    levels = f"{converted.levels} level{'s' if converted.levels > 1 else ''}"
    options = " with --cfg-options " + " ".join(converted.options) if converted.options else ""
    return [
        f"{out}: {converted.title}, {levels}, {converted.num_classes} classes",
        f"fits {converted.config}{options}",
    ]


def run(args: Namespace) -> None:
    from mmadvent.export.plain import write_files
    from mmadvent.segmentation.published_weights import convert

    if os.path.lexists(args.out):
        raise InputError(f"the file to write must not exist, got '{args.out}'")
    converted = convert(args.source, args.released_by)
    write_files(args.out.parent, {args.out.name: converted.checkpoint})
    print("\n".join([*summary(converted, args.out), *converted.remarks]))
