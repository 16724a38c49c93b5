"""Train a model, on one domain or on two.

mmadvent train configs/advent/deeplabv2_r101_gta2cs.py
"""

import sys
from argparse import ArgumentParser, Namespace

from mmadvent.cli.command_line import (
    add_config_arguments,
    add_run_arguments,
    is_first_process,
    load_config,
)
from mmadvent.cli.training import add_amp_argument, train, use_amp


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    add_run_arguments(parser)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue from the last checkpoint of the work directory, if there is one",
    )
    add_amp_argument(parser)


def run(args: Namespace) -> None:
    if is_first_process():
        # The libraries alone take ten seconds to import.
        print(f"checking {args.config} before the run", file=sys.stderr, flush=True)
    config = load_config(args.config, args.cfg_options, args.work_dir)
    if args.amp:
        use_amp(config)
    config.resume = args.resume or config.get("resume", False)
    train(config, args.launcher, args.local_rank)
