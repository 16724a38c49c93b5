"""Configs that count in epochs, which two domains do not have in common."""

from collections.abc import Sequence
from typing import Any

from mmengine.config import Config

from mmadvent.errors import InputError

COUNTS = ("begin", "end", "milestones", "step_size", "total_iters", "T_max", "periods")
"""What a scheduler of mmengine counts in epochs or in iterations."""
LOGGER = "LoggerHook"


def check_counts_iterations(config: Config, epoch: int) -> None:
    """Refuse what counts in epochs, as mmdet's own configs do.

    To ``UDATrainLoop`` the whole training is one epoch: schedules and snapshots by epoch would
    never come, and logs by epoch, mmengine's where a config says nothing, have all validations at
    step 0; what it does not say does not matter where there is no validation.

    Args:
        config: of a training with ``UDATrainLoop``.
        epoch: iterations that go once through the source.

    Raises:
        InputError: with the lines to write in the config, or if a schedule follows validations.
    """
    default_hooks, validates = config.get("default_hooks") or {}, bool(config.get("val_dataloader"))
    _check_no_plateau(config.get("param_scheduler"))
    replaced: dict[str, Any] = {
        "train_cfg": _train_cfg(config.get("train_cfg") or {}, epoch),
        "param_scheduler": _schedulers(config.get("param_scheduler") or [], epoch),
        "default_hooks": _hooks(default_hooks, epoch, validates),
        "log_processor": _log_processor(config.get("log_processor") or {}, validates),
    }
    found = {key: value for key, value in replaced.items() if value}
    lost = [
        f"custom_hooks[{number}].{key}"
        for number, hook in enumerate(config.get("custom_hooks") or [])
        if isinstance(hook, dict)
        for key, value in hook.items()
        if "epoch" in key and type(value) is int and value > 0
    ]
    if not (found or lost):
        return
    todo = [f"write {'; '.join(f'{key} = {_text(value)}' for key, value in found.items())}"]
    if lost:
        todo.append(f"leave out {', '.join(lost)}, which never come")
    raise InputError(
        f"UDATrainLoop counts in iterations, {epoch} for an epoch of the source, but the config "
        f"counts in epochs: {', and '.join(todo if found else todo[1:])}"
    )


def _train_cfg(given: dict, epoch: int) -> dict:
    if "max_epochs" not in given:
        return {}
    counts = dict(max_iters=given.get("max_iters", given["max_epochs"] * epoch))
    for key in ("val_begin", "val_interval"):
        if key in given:
            counts[key] = given[key] if "max_iters" in given else given[key] * epoch
    kept = {key: given[key] for key in ("source_free",) if key in given}
    return dict(_delete_=True, type="UDATrainLoop") | counts | kept


def _check_no_plateau(given: Any) -> None:
    if isinstance(given, dict) and "type" not in given:
        given = [each for chain in given.values() for each in _listed(chain)]
    for each in _listed(given):
        kind = each.get("type") if isinstance(each, dict) else type(each)
        name = getattr(kind, "__name__", str(kind))
        if "ReduceOnPlateau" in name:
            raise InputError(
                "param_scheduler must follow the iterations alone with UDATrainLoop, got "
                f"{name}, which follows the validations: a resumed run does not repeat them"
            )


def _schedulers(given: Any, epoch: int) -> Any:
    """All of a list, as it is replaced as a whole; of a dict by optimizers the lists that change.

    None if all count in iterations.
    """
    if isinstance(given, dict) and "type" not in given:
        changed = {name: _schedulers(chain, epoch) for name, chain in given.items()}
        return {name: chain for name, chain in changed.items() if chain}
    schedulers = _listed(given)
    if not any(isinstance(each, dict) and each.get("by_epoch", True) for each in schedulers):
        return []
    return [_scheduler(each, epoch) for each in schedulers]


def _listed(given: Any) -> Sequence:
    if given is None:
        return ()
    return given if isinstance(given, (list, tuple)) else [given]


def _scheduler(given: dict, epoch: int) -> dict:
    if not given.get("by_epoch", True):
        return dict(given)
    converted = {key: value for key, value in given.items() if key != "convert_to_iter_based"}
    for key in COUNTS:
        value = converted.get(key)
        if isinstance(value, (list, tuple)):
            converted[key] = [count * epoch for count in value]
        elif value is not None:
            converted[key] = value * epoch
    return converted | dict(by_epoch=False)


def _hooks(given: dict, epoch: int, validates: bool) -> dict:
    changed = {}
    checkpoint, logger = given.get("checkpoint"), given.get("logger", {})
    if isinstance(checkpoint, dict) and checkpoint.get("by_epoch", True):
        changed["checkpoint"] = dict(by_epoch=False, interval=checkpoint.get("interval", 1) * epoch)
    if isinstance(logger, dict) and (logger or validates):
        by_epoch = logger.get("type", LOGGER) == LOGGER
        if logger.get("log_metric_by_epoch", by_epoch):
            kind = {} if logger else dict(type=LOGGER)
            changed["logger"] = dict(kind, log_metric_by_epoch=False)
    return changed


def _log_processor(given: dict, validates: bool) -> dict:
    return dict(by_epoch=False) if given.get("by_epoch", validates or bool(given)) else {}


def _text(value: Any) -> str:
    """A value as the author of a config writes it."""
    if isinstance(value, dict):
        return f"dict({', '.join(f'{key}={_text(each)}' for key, each in value.items())})"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_text, value))}]"
    return repr(value)
