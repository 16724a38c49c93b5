"""Evaluate a checkpoint.

    python tools/test.py CONFIG CHECKPOINT
"""

import argparse

import mmadvent  # noqa: F401  (before anything of OpenMMLab)
from mmadvent.engine.command_line import (
    add_config_arguments,
    add_launcher_arguments,
    load_config,
    one_sentence_errors,
)
from mmadvent.engine.preflight import check_test
from mmengine.config import Config, ConfigDict
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from mmadvent.errors import InputError


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="path of a checkpoint")
    parser.add_argument("--out", help="folder for predicted label maps, as PNGs")
    parser.add_argument("--show", action="store_true", help="show predictions in a window")
    parser.add_argument("--show-dir", help="folder for pictures of the predictions")
    parser.add_argument("--wait-time", type=float, default=2, help="seconds a window stays")
    parser.add_argument("--tta", action="store_true", help="test with flips and scales")
    add_launcher_arguments(parser)
    return parser.parse_args()


def draw(config: Config, args: argparse.Namespace) -> None:
    """Make the visualization hook draw every prediction."""
    hook = config.get("default_hooks", {}).get("visualization")
    if hook is None:
        raise InputError("--show and --show-dir need default_hooks.visualization in the config")
    hook.update(draw=True, interval=1, show=args.show, wait_time=args.wait_time)
    if args.show_dir:
        config.visualizer.save_dir = args.show_dir


def use_tta(config: Config) -> None:
    """Wrap the model and the pipeline for test-time augmentation."""
    for key in ("tta_model", "tta_pipeline"):
        if key not in config:
            raise InputError(f"--tta needs {key} in the config")
    config.test_dataloader.dataset.pipeline = config.tta_pipeline
    config.model = ConfigDict(**config.tta_model, module=config.model)


def main() -> None:
    args = parse_args()
    config = load_config(args.config, args.work_dir, args.cfg_options, args.launcher)
    config.load_from = args.checkpoint
    if args.show or args.show_dir:
        draw(config, args)
    if args.tta:
        use_tta(config)
    if args.out:
        config.test_evaluator[0]["output_dir"] = args.out
        config.test_evaluator[0]["keep_results"] = True
    check_test(config, args.checkpoint)
    runner = Runner.from_cfg(config) if "runner_type" not in config else RUNNERS.build(config)
    runner.test()


if __name__ == "__main__":
    with one_sentence_errors():
        main()
