"""What the command lines that train share."""

from argparse import ArgumentParser

from mmengine.config import Config
from mmengine.device import get_device

from mmadvent.cli.command_line import build_runner, own_work_dir, use_launcher
from mmadvent.compat import start_from
from mmadvent.engine.preflight import check_training
from mmadvent.errors import InputError

# Beside the checkpoints'; the names are those of configs/_base_/default_runtime.py.
OWN_HOOKS = {
    "finite": "FiniteHook",
    "resumed_schedule": "ResumedScheduleHook",
    "due_validation": "DueValidationHook",
}


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
    use_own_hooks(config)
    start = check_training(config)
    use_launcher(config, launcher, local_rank)
    with own_work_dir(config):
        runner = build_runner(config)
        start_from(runner, *start)
        runner.train()


def use_own_hooks(config: Config) -> None:
    """Give a config that is not made of this package's ``default_runtime.py`` its hooks.

    Without them a kill may leave no whole checkpoint, or a run goes on with no finite weight.
    """
    if not config.get("default_hooks"):
        config.default_hooks = {}
    hooks = config.default_hooks
    hooks.setdefault("checkpoint", dict(type="CheckpointHook"))
    if hooks.checkpoint is not None and hooks.checkpoint.get("type") == "CheckpointHook":
        hooks.checkpoint.type = "WholeCheckpointHook"
    for name, kind in OWN_HOOKS.items():
        hooks.setdefault(name, dict(type=kind))
