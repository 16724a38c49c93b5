"""The initial weights that a model's ``init_cfg`` names: whether they can be had, and fit."""

from collections.abc import Iterator
from contextlib import contextmanager
from pickle import UnpicklingError
from typing import Any, TypeGuard

from mmengine.model import PretrainedInit
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.io.checkpoints import read_checkpoint, reason_of, weights_in
from mmadvent.io.weights_fit import select

# What torch raises for a file that is missing, damaged or none of its own.
UNREADABLE = (OSError, EOFError, UnpicklingError)


@contextmanager
def explain_missing_weights(init_cfg: dict | list | None) -> Iterator[None]:
    """Turn a failure to fetch or read the checkpoint of ``init_cfg`` into one sentence.

    Raises:
        InputError: naming the checkpoint, the reason, and how to pass a local file or none.
    """
    try:
        yield
    except UNREADABLE as error:  # URLError and FileNotFoundError among them
        checkpoint = init_cfg.get("checkpoint") if isinstance(init_cfg, dict) else None
        if checkpoint is None:
            raise
        raise _missing(checkpoint, error) from error


def is_pretrained(init_cfg: Any) -> TypeGuard[dict]:
    """Whether an ``init_cfg`` names a checkpoint: mmengine has a name for that class and itself."""
    kind = init_cfg.get("type") if isinstance(init_cfg, dict) else None
    if isinstance(kind, str):
        return kind.rpartition(".")[2] in ("Pretrained", "PretrainedInit")
    return kind is PretrainedInit


def _missing(checkpoint: str, error: Exception) -> InputError:
    reason = getattr(error, "reason", None) or reason_of(error)  # urllib's, without brackets
    return InputError(
        f"the initial weights '{checkpoint}' cannot be fetched ({reason}): pass a local file "
        "with --cfg-options model.backbone.init_cfg.checkpoint=FILE, or start from random "
        "weights with --cfg-options model.backbone.init_cfg=None"
    )


def read_initial_weights(model: nn.Module) -> None:
    """Fetch what ``init_cfg`` names: the runner does so only after it has written.

    Upstream takes what fits and says nothing of a file of which nothing does.

    Raises:
        InputError: if a checkpoint cannot be had, or if none of its weights is the module's.
    """
    for name, module in model.named_modules():
        init_cfg = getattr(module, "init_cfg", None)
        for cfg in init_cfg if isinstance(init_cfg, list) else [init_cfg]:
            if is_pretrained(cfg):
                weights = select(weights_in(_read(cfg["checkpoint"])), lambda name: True)
                _check_any_fits(module, name, weights, cfg)


def _read(path: str) -> dict[str, Any]:
    try:
        return read_checkpoint(path)
    except InputError as error:
        if isinstance(error.__cause__, Exception):
            # From the cause alone: the command line prints the innermost sentence.
            raise _missing(path, error.__cause__) from error.__cause__
        raise


def _check_any_fits(module: nn.Module, name: str, weights: dict, cfg: dict) -> None:
    prefix = cfg.get("prefix") or ""
    prefix += "." if prefix and not prefix.endswith(".") else ""
    own = module.state_dict()
    found = {(name, tuple(value.shape)) for name, value in _tensors(weights)}
    wanted = {(prefix + name, tuple(value.shape)) for name, value in _tensors(own)}
    if not found & wanted:
        first = next(iter(own), "no weight")
        raise InputError(
            f"the initial weights '{cfg['checkpoint']}' must be of model.{name or 'init_cfg'}, "
            f"such as '{prefix}{first}', but none of them is"
        )


def _tensors(weights: dict[str, Any]) -> list[tuple[str, Tensor]]:
    return [(name, value) for name, value in weights.items() if isinstance(value, Tensor)]
