"""Count the classes in a config's source labels: the prior of the class-prior loss (eq. 10).

    mmadvent class-prior configs/minent_cp/deeplabv2_r101_synthia2cs.py data/class_prior.json

Call it again after an interruption: it goes on.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, load_config
from mmadvent.io.outputs import check_file_to_write
from mmadvent.io.processes import check_workers, progress_bar


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("out", type=Path, help="the JSON file")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")


def run(args: Namespace) -> None:
    from mmadvent.segmentation.class_counts import ClassCounts

    check_workers(args.workers)
    check_file_to_write(args.out, "the prior")
    counts = ClassCounts.of_source(load_config(args.config, args.cfg_options), args.out)
    with progress_bar(counts.left, "label") as bar:
        content = counts.run(args.workers, bar.update)
    for name, share in zip(content["classes"], content["prior"], strict=True):
        print(f"{name:15}{share:10.4%}")
    print(f"{args.out}: {content['images']} labels, {sum(content['pixels'])} pixels")
