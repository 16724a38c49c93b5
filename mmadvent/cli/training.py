"""What the command lines that train share."""

from argparse import ArgumentParser

from mmengine.config import Config

from mmadvent.cli.command_line import build_runner, use_launcher
from mmadvent.errors import InputError


def add_amp_argument(parser: ArgumentParser) -> None:
    """Add ``--amp``, which asks for :func:`use_amp`."""
    parser.add_argument(
        "--amp",
        action="store_true",
        help="train with mixed precision: float16 on an accelerator, bfloat16 on a processor",
    )


def use_amp(config: Config) -> None:
    """Switch the optimizer wrapper to mixed precision; that of the discriminators follows it.

    Raises:
        InputError: if the config has an optimizer wrapper of another type.
    """
    if "optim_wrapper" not in config:
        return  # the check before training says so
    kind = config.optim_wrapper.get("type", "OptimWrapper")
    if kind not in ("OptimWrapper", "AmpOptimWrapper"):
        raise InputError(f"--amp needs optim_wrapper.type='OptimWrapper', got '{kind}'")
    from mmengine.device import get_device

    if get_device() == "cpu":
        config.optim_wrapper.type = "CPUAmpOptimWrapper"
        return
    config.optim_wrapper.type = "AmpOptimWrapper"
    config.optim_wrapper.setdefault("loss_scale", "dynamic")


def train(config: Config, launcher: str = "none", local_rank: int = 0) -> None:
    """Check a config and train by it, in this process or as one of a launcher's.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    from mmadvent.engine.preflight import check_training

    check_training(config)
    use_launcher(config, launcher, local_rank)
    build_runner(config).train()
