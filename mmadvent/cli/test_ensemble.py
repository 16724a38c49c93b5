"""Evaluate several segmentors as one.

    mmadvent test-ensemble --member CONFIG CHECKPOINT --member CONFIG CHECKPOINT

A number after the checkpoint is the member's weight (1). The test data, the metrics and the hooks
are those of the first member's config.
"""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmadvent.cli.command_line import (
    add_override_argument,
    is_detection,
    load_config,
)
from mmadvent.cli.evaluation_outputs import draw_predictions, write_label_maps
from mmadvent.cli.testing import run_test
from mmadvent.errors import InputError


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--member",
        nargs="+",
        action="append",
        required=True,
        metavar=("CONFIG CHECKPOINT", "WEIGHT"),
        help="config and checkpoint of a segmentor and, by default 1, its weight",
    )
    parser.add_argument(
        "--average",
        default="logits",
        help="what is averaged: logits, as in the released code (default), or probabilities",
    )
    add_override_argument(parser, "the first member's config")
    parser.add_argument(
        "--work-dir", help="where logs and results go (work_dirs/ensemble/NAME for a first NAME.py)"
    )
    parser.add_argument("--out", help="folder for predicted label maps, PNGs of class indices")
    parser.add_argument("--show-dir", help="folder for pictures of the predictions")


def weight_of(checkpoint: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"the weight of '{checkpoint}' must be a finite number > 0, got {text!r}"
        ) from None


def read_members(args: Namespace) -> tuple[Config, list[dict[str, Any]]]:
    """The first member's config, and what the ensemble is made of."""
    from mmadvent.engine.sections import section

    configs: list[Config] = []
    members = []
    for values in args.member:
        if len(values) not in (2, 3):
            raise InputError(f"--member must be CONFIG CHECKPOINT [WEIGHT], got {' '.join(values)}")
        path, checkpoint, *weight = values
        config = load_config(path, None if configs else args.cfg_options)
        if is_detection(config):
            raise InputError(f"--member must be a segmentor, got the detector '{path}'")
        configs.append(config)
        member = dict(model=section(config, "model"), checkpoint=checkpoint)
        if weight:
            member["weight"] = weight_of(checkpoint, weight[0])
        members.append(member)
    return configs[0], members


def run(args: Namespace) -> None:
    config, members = read_members(args)
    name = Path(args.member[0][0]).stem
    # Not the first member's own, which is that of its training.
    named = args.work_dir or (args.cfg_options or {}).get("work_dir")
    config.work_dir = named or os.path.join("work_dirs", "ensemble", name)
    config.model = dict(type="EnsembleSegmentor", members=members, average=args.average)
    if args.show_dir:
        draw_predictions(config, args.show_dir)
    if args.out:
        write_label_maps(config, args.out)
    run_test(config)  # the members read their own checkpoints
