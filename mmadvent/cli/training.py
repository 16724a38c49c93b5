"""What the command lines that train share."""

from argparse import ArgumentParser
from typing import Any

from mmengine.config import Config, ConfigDict

from mmadvent.cli.command_line import build_runner, own_work_dir, use_launcher
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
        help="train with mixed precision: bfloat16, or float16 on an accelerator without it",
    )


def use_amp(config: Config) -> None:
    """Switch the optimizer wrapper to mixed precision; that of the discriminators follows it.

    Raises:
        InputError: if the config has an optimizer wrapper of another type.
    """
    if not config.get("optim_wrapper"):
        return  # the check before training says so
    from mmadvent.engine.sections import type_name

    kind = type_name(config.optim_wrapper) or "OptimWrapper"
    if kind not in ("OptimWrapper", "AmpOptimWrapper"):
        raise InputError(f"--amp needs optim_wrapper.type='OptimWrapper', got '{kind}'")
    from mmengine.device import get_device

    if get_device() == "cpu":
        config.optim_wrapper.type = "CPUAmpOptimWrapper"
        return
    config.optim_wrapper.type = "AmpOptimWrapper"
    if has_bfloat16():
        config.optim_wrapper.setdefault("dtype", "bfloat16")
    # bfloat16 has the range of float32: nothing need be scaled.
    is_scaled = config.optim_wrapper.get("dtype") != "bfloat16"
    config.optim_wrapper.setdefault("loss_scale", "dynamic" if is_scaled else dict(enabled=False))


def has_bfloat16() -> bool:
    """Whether the accelerator computes in bfloat16, and not by way of float32."""
    import torch

    return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)


def train(config: Config, launcher: str = "none", local_rank: int = 0) -> None:
    """Check a config and train by it, in this process or as one of a launcher's.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    from mmadvent.compat import start_from, take_datasets
    from mmadvent.engine.preflight.whole_config import check_training

    use_own_hooks(config)
    datasets: dict[str, Any] = {}
    start = check_training(config, datasets)
    use_launcher(config, launcher, local_rank)
    with own_work_dir(config):
        runner = build_runner(config)
        start_from(runner, *start)
        take_datasets(runner, datasets)
        runner.train()


def use_own_hooks(config: Config) -> None:
    """Give a config that is not made of this package's ``default_runtime.py`` its hooks.

    Without them a kill may leave no whole checkpoint, or a run goes on with no finite weight.
    """
    from mmadvent.engine.sections import is_upstreams, type_name

    if not config.get("default_hooks"):
        config.default_hooks = {}
    hooks = config.default_hooks
    hooks.setdefault("checkpoint", dict(type="CheckpointHook", interval=1))  # as mmengine's own
    checkpoint = hooks.checkpoint or ConfigDict()
    if type_name(checkpoint) == "CheckpointHook" and is_upstreams(checkpoint, "mmengine"):
        checkpoint.type = "WholeCheckpointHook"
    for name, kind in OWN_HOOKS.items():
        hooks.setdefault(name, dict(type=kind))
