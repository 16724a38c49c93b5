"""Configs that count in epochs, which two domains do not have in common."""

from typing import Any

from mmengine.config import Config

from mmadvent.errors import InputError

COUNTS = ("begin", "end", "milestones", "step_size", "total_iters", "T_max", "periods")
"""What a scheduler of mmengine counts in epochs or in iterations."""


def check_counts_iterations(config: Config, epoch: int) -> None:
    """Refuse what counts in epochs, as mmdet's own configs do.

    To ``UDATrainLoop`` the whole training is one epoch: schedules and snapshots by epoch would
    never come.

    Args:
        config: of a training with ``UDATrainLoop``.
        epoch: iterations that go once through the source.

    Raises:
        InputError: with the lines to write in the config.
    """
    default_hooks = config.get("default_hooks") or {}
    replaced: dict[str, Any] = {
        "train_cfg": _train_cfg(config.get("train_cfg") or {}, epoch),
        "param_scheduler": _schedulers(config.get("param_scheduler") or [], epoch),
        "default_hooks": _checkpoints(default_hooks.get("checkpoint") or {}, epoch),
        "log_processor": _log_processor(config.get("log_processor")),
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
    if default_hooks.get("logger", {}).get("log_metric_by_epoch", "logger" in default_hooks):
        found.setdefault("default_hooks", {})["logger"] = dict(log_metric_by_epoch=False)
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


def _schedulers(given: dict | list, epoch: int) -> list[dict]:
    """All of them, as a list is replaced as a whole; none if all count in iterations."""
    schedulers = [given] if isinstance(given, dict) else given
    if not any(isinstance(each, dict) and each.get("by_epoch", True) for each in schedulers):
        return []
    return [_scheduler(each, epoch) for each in schedulers]


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


def _checkpoints(given: dict, epoch: int) -> dict:
    if not given.get("by_epoch", bool(given)):
        return {}
    return dict(checkpoint=dict(by_epoch=False, interval=given.get("interval", 1) * epoch))


def _log_processor(given: dict | None) -> dict:
    return dict(by_epoch=False) if given and given.get("by_epoch", True) else {}


def _text(value: Any) -> str:
    """A value as the author of a config writes it."""
    if isinstance(value, dict):
        return f"dict({', '.join(f'{key}={_text(each)}' for key, each in value.items())})"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_text, value))}]"
    return repr(value)
