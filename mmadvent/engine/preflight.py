"""Checks of a whole config before a run writes anything."""

from typing import Any

from mmengine.config import Config
from mmengine.registry import DATASETS, MODELS, init_default_scope

from mmadvent.errors import InputError


def check_training(config: Config) -> None:
    """Build the model and the data sets of a training config, read one sample of each, and compare.

    Costs a second or two, and nothing is written: mmengine's runner makes its work directory before
    it looks at anything.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    init_default_scope(config.get("default_scope", "mmengine"))
    if config.train_cfg.get("type") == "UDATrainLoop":
        if not config.train_cfg.get("target_dataloader"):
            raise InputError(
                "train_cfg.target_dataloader must be the dataloader of the unlabelled target "
                "images, got None"
            )
        _build_dataset(config.train_cfg.target_dataloader)
    source = _build_dataset(config.train_dataloader)
    if config.get("val_dataloader"):
        _build_dataset(config.val_dataloader)
    model = MODELS.build(config.model)
    _compare(model, source)


def check_test(config: Config, checkpoint: str) -> None:
    """Build the data set of a test config, read a sample, and look for the checkpoint.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    from pathlib import Path

    init_default_scope(config.get("default_scope", "mmengine"))
    if "://" not in checkpoint and not Path(checkpoint).is_file():
        raise InputError(f"the checkpoint '{checkpoint}' does not exist")
    _build_dataset(config.test_dataloader)


def _build_dataset(dataloader: dict) -> Any:
    dataset = DATASETS.build(dataloader["dataset"])
    dataset[0]
    return dataset


def _compare(model: Any, source: Any) -> None:
    """The source's classes and ignore index against those of every head."""
    head = getattr(model, "decode_head", None)
    classes = source.metainfo.get("classes")
    if head is None or classes is None:
        return
    if len(classes) != head.num_classes:
        raise InputError(
            f"model.decode_head.num_classes must be the number of classes of "
            f"{type(source).__name__}, {len(classes)}, got {head.num_classes}"
        )
    ignore_index = getattr(source, "ignore_index", None)
    if head.ignore_index != ignore_index:
        raise InputError(
            f"model.decode_head.ignore_index must be that of {type(source).__name__}, "
            f"{ignore_index}, got {head.ignore_index}"
        )
