"""The parts of a config, built or checked so that what is wrong in one is told in one sentence."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import (
    DATASETS,
    HOOKS,
    LOOPS,
    METRICS,
    OPTIM_WRAPPERS,
    OPTIMIZERS,
    PARAM_SCHEDULERS,
    Registry,
)
from mmengine.runner import Priority, Runner, get_priority

from mmadvent.engine.loops.counts import check_counts
from mmadvent.engine.sections import check_dict, section, type_name
from mmadvent.errors import InputError

# What a loop, an optimizer and so on get beside the config's settings.
GIVEN = ("runner", "dataloader", "evaluator", "params")
# Mmengine's runner asks for all of a row, or for none.
TOGETHER = (
    ("train_dataloader", "train_cfg", "optim_wrapper"),
    ("val_dataloader", "val_cfg", "val_evaluator"),
    ("test_dataloader", "test_cfg", "test_evaluator"),
)
PACKED = ("inputs", "data_samples")
LONGEST = 300  # characters of upstream's reasons


def build_part(registry: Registry, settings: Any, key: str, **defaults: Any) -> Any:
    """Build what a part of a config describes.

    Args:
        registry: of its type.
        settings: the part.
        key: its place in the config, for the error.
        defaults: arguments that the part need not have.

    Raises:
        InputError: naming the part, whatever its constructor raises: its arguments are the user's.
    """
    check_dict(settings, key)
    with told_of(f"{key} cannot be built"):
        return registry.build(settings, **(dict(default_args=defaults) if defaults else {}))


def build_dataset(config: Config, key: str) -> Any:
    """Build the data set of one of a config's loaders.

    Args:
        config: in whose scope it is built.
        key: of the loader, for example ``test_dataloader``.

    Raises:
        InputError: naming it, if it is missing or cannot be built.
    """
    return build_part(DATASETS, section(config, f"{key}.dataset"), f"{key}.dataset")


def first_sample(dataset: Any, key: str) -> dict:
    """The first sample of a data set, made by its whole pipeline.

    Args:
        dataset: built, with one image or more.
        key: of its loader, for the error.

    Raises:
        InputError: if a step fails, or if none packs what a model takes.
    """
    with told_of(f"the first sample of {key}.dataset cannot be made"):
        sample = dataset[0]
    lacks = [name for name in PACKED if not isinstance(sample, dict) or name not in sample]
    if lacks:
        raise InputError(
            f"{key}.dataset.pipeline must end in a step that packs {' and '.join(PACKED)}, such as "
            f"PackSegInputs or PackDetInputs, got samples without {lacks[0]}"
        )
    return sample


@contextmanager
def told_of(what: str) -> Iterator[None]:
    """Turn whatever is raised, but errors of the system, into one sentence that begins so.

    Raises:
        InputError: in its place.
    """
    try:
        yield
    except (InputError, OSError):
        raise
    except Exception as error:
        raise InputError(f"{what}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """Of the first cause, on one line: registries wrap it into longer texts."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    text = " ".join(text.partition(". Please check")[0].split())[:LONGEST]
    told = isinstance(error, (TypeError, ValueError)) or " " in text
    return text if told and text else f"{type(error).__name__} {text}".strip()


def check_parts(config: Config) -> None:
    """Check what the runner builds only after it has written: optimizers, loops, metrics, hooks.

    The scope of the config must be the current one.

    Raises:
        InputError: naming the first part of an unknown type, with an argument that its type has
            not or lacks, or with a value that it refuses.
    """
    for keys in TOGETHER:
        missing = [key for key in keys if config.get(key) is None]
        if len(missing) in (1, 2):
            raise InputError(
                f"{', '.join(keys)} must be given together or not at all, got no {missing[0]}"
            )
    for key in ("train_cfg", "val_cfg", "test_cfg"):
        if config.get(key):
            _check_loop(config[key], key)
    for key in ("val_evaluator", "test_evaluator"):
        for metric in _listed(config.get(key)):
            if not (isinstance(metric, dict) and "metrics" in metric):
                check_dict(metric, key)
                check_call(METRICS, metric, key)  # building makes the folder for label maps
    hooks = config.get("default_hooks") or {}
    check_dict(hooks, "default_hooks")
    for name, hook in hooks.items():
        if hook is not None:
            _check_hook(hook, f"default_hooks.{name}")
            _check_interval(hook, f"default_hooks.{name}")
    for hook in _listed(config.get("custom_hooks")):
        _check_hook(hook, "custom_hooks")
    if config.get("optim_wrapper"):
        _check_optimizers(config)


def check_call(registry: Registry, settings: Any, key: str) -> None:
    """Check the type and the names of the arguments of a part, without building it.

    Raises:
        InputError: if the type is not registered, or if its constructor takes no such arguments.
    """
    if not isinstance(settings, dict):
        return  # built already
    built = check_type(registry, settings.get("type"), f"{key}.type")
    arguments = {name: value for name, value in settings.items() if name not in ("type", "_scope_")}
    accepted = inspect.signature(built).parameters
    given = {name: None for name in GIVEN if name in accepted}
    try:
        inspect.signature(built).bind(**{**given, **arguments})
    except TypeError as error:
        raise InputError(f"{key} cannot be built: {built.__name__} {error}") from error


def check_type(registry: Registry, kind: Any, key: str) -> Any:
    """The class that a part's type names.

    Raises:
        InputError: if none of that name is registered.
    """
    with told_of(f"{key} cannot be found"), registry.switch_scope_and_registry(None) as scope:
        built = scope.get(kind) if isinstance(kind, str) else kind
    if not callable(built):
        raise InputError(f"{key} must be registered in '{registry.name}', got {kind!r}")
    return built


def build_loader(loader: Any, dataset: Any, key: str) -> Any:
    """The dataloader over a copy of a data set that is built already.

    Raises:
        InputError: naming it, if its sampler is unknown or it refuses a setting.
    """
    for part in ("sampler", "batch_sampler"):
        if loader.get(part) is not None:
            check_dict(loader[part], f"{key}.{part}")
    with told_of(f"{key} cannot be built"):
        built = Runner.build_dataloader(dict(loader, dataset=dataset), seed=0)
    if built.batch_sampler is None:
        raise InputError(f"{key}.batch_size must be a whole number >= 1, got None")
    return built


def switch_off_idle_workers(config: Config) -> None:
    """Let ``num_workers=0``, the way to debug, do without ``persistent_workers=False``."""
    for key, loader in config.items():
        is_loader = key.endswith("_dataloader") and isinstance(loader, dict)
        if is_loader and not loader.get("num_workers"):
            loader.pop("persistent_workers", None)


def _check_loop(settings: Any, key: str) -> None:
    check_dict(settings, key)
    check_counts(settings, key)
    if "type" in settings:
        check_call(LOOPS, settings, key)


def _check_hook(hook: Any, key: str) -> None:
    """Its type and arguments, and its place among the hooks, which the runner takes away first."""
    if not isinstance(hook, dict):
        return  # built already
    arguments = dict(hook)
    priority = arguments.pop("priority", None)
    try:
        get_priority(Priority.NORMAL if priority is None else priority)
    except (KeyError, TypeError, ValueError) as error:
        names = ", ".join(level.name for level in Priority)
        raise InputError(
            f"{key}.priority must be a whole number from 0 to 100, or one of {names}, got "
            f"{priority!r:.60}"
        ) from error
    check_call(HOOKS, arguments, key)


def _check_interval(hook: dict, key: str) -> None:
    value = hook.get("interval", 1)
    never = ("", ()) if type_name(hook) == "LoggerHook" else (", or -1 for never", (-1,))
    if type(value) is not int or not (value >= 1 or value in never[1]):
        raise InputError(f"{key}.interval must be a whole number >= 1{never[0]}, got {value!r:.60}")


def _check_optimizers(config: Config) -> None:
    """Their types and arguments; :func:`check_optimizers` builds them, on the model."""
    wrapper = config.optim_wrapper
    check_dict(wrapper, "optim_wrapper")
    for key in ("optim_wrapper", "optim_wrapper.discriminator"):
        part = wrapper if key == "optim_wrapper" else wrapper.get("discriminator")
        if part is not None:
            check_dict(part, key)
            check_type(OPTIM_WRAPPERS, part.get("type", "OptimWrapper"), f"{key}.type")
            check_dict(part.get("optimizer"), f"{key}.optimizer")
            check_call(OPTIMIZERS, part["optimizer"], f"{key}.optimizer")
    schedulers = config.get("param_scheduler")
    if isinstance(schedulers, dict) and "type" not in schedulers:  # by the optimizers' names
        names = ("network", "discriminator") if wrapper.get("discriminator") else ()
        if schedulers and not names and not wrapper.get("constructor"):
            raise InputError(
                "param_scheduler must be a list where optim_wrapper has one optimizer, got a dict "
                f"of {', '.join(schedulers)}"
            )
        lacks = [name for name in names if name not in schedulers]
        if lacks or not schedulers:
            raise InputError(
                "param_scheduler must be a list, or a dict that has a list for each optimizer, got "
                f"none for {lacks[0] if lacks else 'any'}"
            )
        schedulers = [each for listed in schedulers.values() for each in _listed(listed)]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    given = dict(end=config.train_cfg.get("max_iters", 1), optimizer=optimizer, epoch_length=1)
    for scheduler in _listed(schedulers):
        built = build_part(PARAM_SCHEDULERS, scheduler, "param_scheduler", **given)
        if "metrics" not in inspect.signature(built.step).parameters:
            built.begin = 0  # so that its first step changes something
            optimizer.step()  # which mmengine's schedules wait for
            with told_of("a step of param_scheduler cannot be made"):
                built.step()


def _listed(settings: Any) -> list:
    if settings is None:
        return []
    return list(settings) if isinstance(settings, (list, tuple)) else [settings]
