"""Train a model, on one domain or on two.

python tools/train.py configs/advent/deeplabv2_r101_gta2cs.py
"""

import argparse

from mmengine.config import Config
from mmengine.device import get_device

from mmadvent.cli.command_line import (
    add_config_arguments,
    add_run_arguments,
    build_runner,
    load_config,
    one_sentence_errors,
    use_launcher,
)
from mmadvent.engine.preflight import check_training
from mmadvent.errors import InputError


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train a model, on one domain or on two.")
    add_config_arguments(parser)
    add_run_arguments(parser)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue from the last checkpoint of the work directory, if there is one",
    )
    parser.add_argument(
        "--amp",
        action="store_true",
        help="train with mixed precision: float16 on an accelerator, bfloat16 on a processor",
    )
    return parser.parse_args()


def use_amp(config: Config) -> None:
    """Switch the optimizer wrapper to mixed precision; that of the discriminators follows it."""
    if "optim_wrapper" not in config:
        return  # the check before training says so
    kind = config.optim_wrapper.get("type", "OptimWrapper")
    if kind not in ("OptimWrapper", "AmpOptimWrapper"):
        raise InputError(f"--amp needs optim_wrapper.type='OptimWrapper', got '{kind}'")
    if get_device() == "cpu":
        config.optim_wrapper.type = "CPUAmpOptimWrapper"
        return
    config.optim_wrapper.type = "AmpOptimWrapper"
    config.optim_wrapper.setdefault("loss_scale", "dynamic")


def main() -> None:
    args = parse_args()
    config = load_config(args.config, args.cfg_options, args.work_dir)
    if args.amp:
        use_amp(config)
    config.resume = args.resume or config.get("resume", False)
    check_training(config)
    use_launcher(config, args.launcher, args.local_rank)
    build_runner(config).train()


if __name__ == "__main__":
    with one_sentence_errors():
        main()
