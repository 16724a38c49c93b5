"""Where a config has the target's data loader: at its top level, beside the source's."""

import warnings
from typing import Any

from mmengine.config import Config
from torch.utils.data import DataLoader

from mmadvent.errors import InputError

KEY = "target_dataloader"


def target_dataloader_of(
    config: Config, given: DataLoader | dict | None = None
) -> DataLoader | dict:
    """The target's data loader of a config, or the one that is given in its place.

    Args:
        config: of a runner; a loader in its ``train_cfg`` is moved to the top level.
        given: what ``train_cfg`` hands to the loop, or a loader from Python.

    Raises:
        InputError: if there is none, or an empty one.
    """
    if given is None or given == _old_place(config).get(KEY):
        move_target_dataloader(config)
        given = config.get(KEY)
    if given is None or given == {}:
        raise InputError(
            f"target_dataloader must be the dataloader of the unlabelled target images, got {given}"
        )
    return given


def move_target_dataloader(config: Config) -> None:
    """Move ``train_cfg.target_dataloader``, its place before, to the config's top level.

    A whole loader replaces the one that is there, as it was the only one that counted; single
    settings, from a child config or the command line, are merged into it, and so is a data set
    that was to replace that of a base (``_delete_``).
    """
    old = _old_place(config).pop(KEY, None)
    if not old:
        return
    warnings.warn(
        "train_cfg.target_dataloader will not be read by the next version: write "
        "target_dataloader = dict(...) at the top level of the config, beside train_dataloader, "
        "and leave train_cfg = dict(type='UDATrainLoop', ...); on the command line, "
        "--cfg-options target_dataloader.KEY=VALUE",
        FutureWarning,
        stacklevel=1,
    )
    dataset = old.get("dataset", {}) if isinstance(old, dict) else None
    if isinstance(dataset, dict) and ("type" not in dataset or "_delete_" in dataset):
        config.merge_from_dict({KEY: old})
    else:
        config[KEY] = old


def check_unpadded(dataset: Any, key: str = KEY) -> None:
    """Check that no step of a pipeline pads: what it pads could not be told from the image.

    The data preprocessor pads what a batch needs, which no loss of a method looks at.

    Args:
        dataset: of a domain, or a wrapper around some.
        key: where the config has it, for the error.

    Raises:
        InputError: if one pads.
    """
    for part in getattr(dataset, "datasets", None) or [getattr(dataset, "dataset", None)]:
        if part is not None:
            check_unpadded(part, key)
    if _pads(getattr(dataset, "pipeline", None)):
        raise InputError(
            f"{key}.dataset.pipeline must have no Pad, whose padding would count as image: set "
            "model.data_preprocessor.size or size_divisor, whose padding does not"
        )


def _pads(step: Any) -> bool:
    """Whether a step is a ``Pad`` or holds one, as a pipeline does, or ``RandomApply``."""
    if isinstance(step, (list, tuple)):
        return any(map(_pads, step))
    is_pad = any(kind.__name__ == "Pad" for kind in type(step).__mro__)
    return is_pad or _pads(getattr(step, "transforms", ()))


def _old_place(config: Config) -> dict:
    return config.get("train_cfg") or {}
