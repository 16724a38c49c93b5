"""Checks of a model against what it is trained with: the loop, the data, the optimizers."""

import copy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mmengine.dataset import pseudo_collate
from mmengine.model import BaseDataPreprocessor
from mmengine.optim import OptimWrapperDict
from torch import nn

from mmadvent.checks import check_loss_weight
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers
from mmadvent.engine.parts import told_of
from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError
from mmadvent.models.train_step import AdaptationStep

# Those that need no processes, devices or libraries besides.
PLAIN_WRAPPERS = ("", "OptimWrapper", "AmpOptimWrapper", "CPUAmpOptimWrapper")


def check_adapts(model: nn.Module, loop: str = "train_cfg.type='UDATrainLoop'") -> None:
    """Check that a model can adapt.

    Args:
        model: without a wrapper.
        loop: what needs it to, for the error.

    Raises:
        InputError: if it has no adaptation step.
    """
    if not isinstance(model, AdaptationStep):
        raise InputError(
            f"{loop} needs model.type to be DomainAdaptSegmentor or DomainAdaptDetector, got "
            f"{type(model).__name__}"
        )


def check_plain(model: nn.Module, loop: str) -> None:
    """Check that a model can be trained by a loop of mmengine's, over one domain.

    Raises:
        InputError: if it trains on two.
    """
    if isinstance(model, AdaptationStep):
        raise InputError(
            f"model.type='{type(model).__name__}' trains on two domains and needs "
            f"train_cfg.type='UDATrainLoop', got '{loop}'"
        )


def check_preprocessor(model: nn.Module) -> None:
    """Check that a model makes a batch of its images; of an ensemble, each member.

    mmengine gives a model without ``data_preprocessor`` one that does nothing.

    Raises:
        InputError: if it is such a one.
    """
    for part in getattr(model, "members", (model,)):
        if type(getattr(part, "data_preprocessor", None)) is BaseDataPreprocessor:
            raise InputError(
                "model.data_preprocessor must make a batch of images, as SegDataPreProcessor and "
                "DetDataPreprocessor do, got none"
            )


def check_predicts(model: nn.Module, key: str) -> None:
    """Check that a model predicts what metrics compare; a translator's images are none.

    Args:
        model: of a config.
        key: of the loader whose images it would predict.

    Raises:
        InputError: if it does not.
    """
    if not getattr(model, "predicts", True):
        raise InputError(
            f"{key} needs a model that predicts, got {type(model).__name__}: set it to None, and "
            "its evaluator and its loop"
        )


def check_class_names(model: nn.Module, dataset: Any) -> None:
    """Compare the classes that a method's numbers are of, such as a prior's, with the data's.

    Of a translator, also how many classes its parts know.

    Raises:
        InputError: naming the method or the part, and the first class that differs.
    """
    names = getattr(dataset, "metainfo", {}).get("classes")
    for place, count in getattr(model, "class_counts", {}).items():
        if names and count != len(names):
            raise InputError(
                f"model.{place} must be of the {len(names)} classes of {type(dataset).__name__}, "
                f"got {count}"
            )
    for method in (*getattr(model, "adaptation", ()), *getattr(model, "class_tables", ())):
        # What follows the classes is a detector's background.
        if not names or method.classes is None or not method.active:
            continue
        for index, name in enumerate(names):
            found = method.classes[index] if index < len(method.classes) else "none"
            if found != name:
                raise InputError(
                    f"the classes of {type(method).__name__} must be those of "
                    f"{type(dataset).__name__}, in this order: number {index} must be '{name}', "
                    f"got '{found}'"
                )


def check_sync_bn(model: nn.Module, sync_bn: str | None) -> None:
    """Check that mmengine can put synchronised norms in the place of the model's.

    Raises:
        InputError: if a norm's parameters are none, as a mean teacher's, which it fails at.
    """
    norms = [part for part in model.modules() if hasattr(part, "running_mean")]
    if sync_bn and any("weight" in dict(norm.named_buffers(recurse=False)) for norm in norms):
        raise InputError(
            f"sync_bn='{sync_bn}' cannot convert the norms of MeanTeacher's teacher: leave it out "
            "and set the norm_cfg of the model's parts to dict(type='SyncBN')"
        )


def compares_domains(model: nn.Module) -> bool:
    """Whether discriminators, or methods that read the source's logits, see its images."""
    methods = getattr(model, "adaptation", ())
    return getattr(model, "trains_discriminators", False) or any(
        method.active and method.needs_source for method in methods
    )


def check_image_size(model: nn.Module, sample: dict, domain: str) -> None:
    """Check that a sample's image is large enough for the methods.

    Raises:
        InputError: if a side of it is too short.
    """
    parts = [method for method in getattr(model, "adaptation", ()) if method.active]
    parts += getattr(model, "discriminators", {}).values()
    smallest = max((getattr(part, "min_side", 1) for part in parts), default=1)
    if smallest == 1:
        return
    # Of a copy: a preprocessor pads the labels of what it gets.
    batch = model.data_preprocessor(pseudo_collate([copy.deepcopy(sample)]), training=True)
    height, width = batch["inputs"].shape[-2:]
    if min(height, width) < smallest:
        raise InputError(
            f"the {domain}'s images must be at least {smallest} pixels high and wide for the "
            f"discriminators, got {height}x{width} after the pipeline"
        )


def check_pair(model: nn.Module, source: dict, target: dict) -> None:
    """Preprocess a sample of each domain, for a model that joins the two.

    Raises:
        InputError: if they cannot be joined.
    """
    if hasattr(model, "preprocess_both"):
        samples = dict(source=source, target=target)
        pair = {name: pseudo_collate([copy.deepcopy(each)]) for name, each in samples.items()}
        model.preprocess_both(pair, training=True)


def check_optimizers(model: nn.Module, settings: dict, key: str = "optim_wrapper") -> None:
    """Build the optimizers of a model and look at their rates.

    Args:
        model: whose parameters they train.
        settings: as ``optim_wrapper`` has them.
        key: their place in the config, for the error.

    Raises:
        InputError: if a setting is out of its range or unknown.
    """
    for place in ("optimizer", "discriminator.optimizer"):
        optimizer = settings
        for part in place.split("."):
            optimizer = optimizer.get(part) or {}
        for name in ("lr", "weight_decay"):
            if optimizer.get(name) is not None:
                check_loss_weight(optimizer[name], f"{key}.{place}.{name}")
    if type_name(settings) not in PLAIN_WRAPPERS or _is_sharded(settings):
        return
    with told_of(f"{key} cannot be built"), _quiet():
        wrapper = build_optimizers(model, settings)
    wrappers = list(wrapper.values()) if isinstance(wrapper, OptimWrapperDict) else [wrapper]
    for each in wrappers:
        for group in each.optimizer.param_groups:
            check_loss_weight(group["lr"], f"a learning rate of {key}.paramwise_cfg")


@contextmanager
def _quiet() -> Iterator[None]:
    """Upstream logs a line for each parameter, which the run does again."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)


def _is_sharded(settings: dict) -> bool:
    return type_name(settings.get("optimizer") or {}) == "ZeroRedundancyOptimizer"
