"""What a run starts from: a checkpoint to resume, weights, or nothing."""

from pathlib import Path
from typing import Any, NamedTuple

from mmengine.config import Config
from mmengine.optim import OptimWrapperDict
from torch import nn

from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers
from mmadvent.engine.preflight.schedule import check_schedule
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint, weights_in
from mmadvent.io.weights_fit import misfit, select
from mmadvent.io.work_dir import last_checkpoint

TRAINING_STATE = ("meta", "message_hub", "optimizer")


class Start(NamedTuple):
    """What a run starts from."""

    checkpoint: str | None
    resume: bool
    """Whether its training is resumed, or its network's weights are taken alone."""


def find_start(config: Config) -> Start:
    """What a config starts from, given what is in its work directory.

    ``resume`` goes on from the work directory's last checkpoint, or from the one of its own that
    ``load_from`` names. Without any it starts anew, from the weights of ``load_from`` if that is
    given. Upstream resumes ``load_from`` wherever it lies: a run that starts from another's weights
    and is resumed would go on in the other's place, at the other's iteration.

    Raises:
        InputError: if ``last_checkpoint`` names none that is there.
    """
    load_from = str(config.load_from) if config.get("load_from") else None
    if not config.get("resume"):
        return Start(load_from, False)
    work_dir = Path(config.work_dir)
    if load_from and "://" not in load_from:
        own = Path(load_from).expanduser().resolve()
        if own.parent == work_dir.resolve() and own.is_file():
            return Start(str(own), True)
    last = last_checkpoint(work_dir)
    return Start(str(last), True) if last else Start(load_from, False)


def read_start(start: Start) -> dict[str, Any] | None:
    """The contents of the checkpoint, or None where there is none.

    Raises:
        InputError: if it cannot be read.
    """
    return None if start.checkpoint is None else read_checkpoint(start.checkpoint)


def check_start(start: Start, checkpoint: dict, config: Config, model: nn.Module) -> None:
    """Check that a model can start from a checkpoint; the model gets the weights.

    Args:
        start: which it is.
        checkpoint: its contents.
        config: of the training.
        model: of the config.

    Raises:
        InputError: if its weights are not those of the network or, where it is resumed, of the
            methods, if it is not one of such a training, or if nothing is left to be learned.
    """
    path = str(start.checkpoint)
    if not start.resume:
        load_network_weights(model, checkpoint, path)
        return
    _check_training_state(checkpoint, path)
    reason = misfit(model, select(weights_in(checkpoint), lambda name: True))
    if reason:
        raise InputError(f"the checkpoint '{path}' is not of the config's model: {reason}")
    done, end = checkpoint["meta"]["iter"], config.train_cfg.get("max_iters")
    if end is not None and done > end:
        raise InputError(
            f"train_cfg.max_iters must be at least {done}, the iteration of the checkpoint "
            f"'{path}', got {end}"
        )
    check_schedule(config, checkpoint["message_hub"].get("runtime_info", {}).get("max_iters"))
    wrapper = build_optimizers(model, config.optim_wrapper)
    if not _fits(wrapper, checkpoint["optimizer"]):
        raise InputError(
            f"the checkpoint '{path}' is not of the config's optim_wrapper: its optimizers have "
            "other parameters or settings; start from its weights alone with load_from and "
            "another work directory"
        )


def _check_training_state(checkpoint: dict, path: str) -> None:
    missing = [key for key in TRAINING_STATE if not isinstance(checkpoint.get(key), dict)]
    meta = checkpoint.get("meta", {})
    missing += [f"meta.{key}" for key in ("epoch", "iter") if type(meta.get(key)) is not int]
    if missing:
        raise InputError(
            f"the checkpoint '{path}' must hold the state of a training to be resumed, but lacks "
            f"{', '.join(missing)}: start from its weights alone with load_from and without resume"
        )


def _fits(wrapper: Any, stored: Any) -> bool:
    """Whether the state of optimizers is that of these: as many parameters, the same settings.

    Switches are left out: versions of torch differ in them.
    """
    if isinstance(wrapper, OptimWrapperDict):
        names = dict(wrapper.items())
        return names.keys() == stored.keys() and all(
            _fits(one, stored[name]) for name, one in names.items()
        )
    groups = wrapper.optimizer.param_groups
    found = stored.get("param_groups") if isinstance(stored, dict) else None
    if not isinstance(found, list) or len(found) != len(groups):
        return False
    return all(
        len(ours["params"]) == len(theirs["params"])
        and {key for key, value in ours.items() if isinstance(value, (float, tuple))}
        <= theirs.keys()
        for ours, theirs in zip(groups, found, strict=True)
    )
