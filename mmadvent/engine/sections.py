"""The sections of a config: what is there, and whether it is a dict or a list as it must be."""

from typing import Any

from mmengine.config import Config

from mmadvent.errors import InputError

# None turns a section off.
DICTS = (
    "model", "tta_model", "train_dataloader", "val_dataloader", "test_dataloader",
    "target_dataloader", "train_cfg", "val_cfg", "test_cfg", "optim_wrapper", "default_hooks",
    "visualizer", "log_processor", "env_cfg", "randomness", "auto_scale_lr", "model_wrapper_cfg",
    "custom_imports",
)  # fmt: skip
LISTS = ("val_evaluator", "test_evaluator", "param_scheduler", "custom_hooks")
TEXTS = ("default_scope", "work_dir", "load_from", "experiment_name")
LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


def check_sections(config: Config) -> None:
    """Check that each section of a config that is there is of its kind, before any is looked into.

    Raises:
        InputError: naming the first that is not.
    """
    for key in DICTS:
        if config.get(key) is not None:
            check_dict(config[key], key)
    for key in LISTS:
        check_dicts(config.get(key), key)
    for name, hook in (config.get("default_hooks") or {}).items():
        if hook is not None:
            check_dict(hook, f"default_hooks.{name}")
    for key in TEXTS:
        if not isinstance(config.get(key, ""), (str, type(None))):
            raise InputError(f"{key} must be a text, got {config[key]!r:.60}")
    level = config.get("log_level")
    if isinstance(level, str) and level not in LEVELS:
        raise InputError(f"log_level must be one of {', '.join(LEVELS)}, got {level!r:.60}")


def check_dict(settings: Any, key: str) -> None:
    """Check that a part of a config is a dict.

    Raises:
        InputError: naming the part.
    """
    if not isinstance(settings, dict):
        got = "none" if settings is None else f"{settings!r:.60}"
        raise InputError(f"{key} must be a dict, got {got}")


def type_name(settings: dict) -> str:
    """Name of a part's class, however its type is written; empty where it has none."""
    return class_name(settings.get("type"))


def class_name(kind: Any) -> str:
    """Name of a class, of which is given the name, with a scope or not, or the class itself."""
    return kind.rpartition(".")[2] if isinstance(kind, str) else getattr(kind, "__name__", "")


def is_upstreams(settings: dict, package: str) -> bool:
    """Whether a part's class is a package's own: by its name alone, in its scope, or itself.

    What replaces an upstream class by its name must leave a user's class of that name as it is.
    """
    kind = settings.get("type")
    if isinstance(kind, str):
        return "." not in kind or kind.partition(".")[0] == package
    return getattr(kind, "__module__", "").partition(".")[0] == package


def check_dicts(settings: Any, key: str) -> None:
    """Check that a part of a config is one dict, several of them, or none at all.

    Raises:
        InputError: naming the part.
    """
    listed = settings if isinstance(settings, (list, tuple)) else [settings]
    if settings is not None and not all(isinstance(each, dict) for each in listed):
        raise InputError(f"{key} must be a dict or a list of dicts, got {settings!r:.60}")


def section(config: Config, key: str) -> Any:
    """A part of a config that has to be there, a dict.

    Args:
        config: a whole one.
        key: its place, for example ``train_dataloader.dataset``.

    Raises:
        InputError: naming the part, or what it would lie in, if there is none.
    """
    part: Any = config
    names = key.split(".")
    for number, name in enumerate(names, start=1):
        part = part.get(name)
        check_dict(part, ".".join(names[:number]))
    return part


def steps_of(dataset: dict, key: str) -> list[dict]:
    """The steps of a data set's pipeline.

    Args:
        dataset: its config.
        key: its place, for the error.

    Raises:
        InputError: if there is no pipeline, or if one of its steps has no type.
    """
    steps = dataset.get("pipeline")
    if not isinstance(steps, (list, tuple)) or not all(
        isinstance(step, dict) and step.get("type") for step in steps
    ):
        raise InputError(f"{key}.pipeline must be a list of dicts with a type, got {steps!r:.60}")
    return list(steps)
