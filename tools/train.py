"""Train a model, on one domain or on two.

    python tools/train.py configs/advent/deeplabv2_r101_gta2cs.py
"""

import argparse

import mmadvent  # noqa: F401  (before anything of OpenMMLab)
from mmadvent.engine.command_line import (
    add_config_arguments,
    add_launcher_arguments,
    load_config,
    one_sentence_errors,
)
from mmadvent.engine.preflight import check_training
from mmengine.config import Config
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from mmadvent.errors import InputError


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_config_arguments(parser)
    parser.add_argument(
        "--resume", action="store_true", help="continue from the last checkpoint of the work directory"
    )
    parser.add_argument("--amp", action="store_true", help="train with mixed precision")
    add_launcher_arguments(parser)
    return parser.parse_args()


def use_amp(config: Config) -> None:
    """Switch the optimizer wrapper to mixed precision; an optimizer of discriminators follows it."""
    kind = config.optim_wrapper.get("type", "OptimWrapper")
    if kind not in ("OptimWrapper", "AmpOptimWrapper"):
        raise InputError(f"--amp needs optim_wrapper.type='OptimWrapper', got '{kind}'")
    config.optim_wrapper.type = "AmpOptimWrapper"
    config.optim_wrapper.setdefault("loss_scale", "dynamic")


def main() -> None:
    args = parse_args()
    config = load_config(args.config, args.work_dir, args.cfg_options, args.launcher)
    if args.amp:
        use_amp(config)
    config.resume = args.resume or config.get("resume", False)
    check_training(config)
    runner = Runner.from_cfg(config) if "runner_type" not in config else RUNNERS.build(config)
    runner.train()


if __name__ == "__main__":
    with one_sentence_errors():
        main()
