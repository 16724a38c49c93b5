"""Checks of a whole config before a run writes anything.

mmengine's runner makes its work directory before it looks at anything.
"""

from collections.abc import Sequence
from typing import Any

from mmengine.config import Config
from mmengine.device import get_device
from mmengine.model import BaseTTAModel
from mmengine.registry import DATASETS, MODELS, init_default_scope
from torch import nn

from mmadvent.engine.loops.epochs import check_counts_iterations
from mmadvent.engine.loops.target_dataloader import check_unpadded, target_dataloader_of
from mmadvent.engine.loops.test_time_adaptation_loop import TestTimeAdaptationLoop
from mmadvent.engine.loops.uda_train_loop import UDATrainLoop, check_source_free
from mmadvent.engine.model_checks import (
    check_class_names,
    check_image_size,
    check_optimizers,
    check_pair,
    check_predicts,
    check_preprocessor,
    check_sync_bn,
    compares_domains,
)
from mmadvent.engine.optimizers.optim_wrapper_constructor import delegate_constructor
from mmadvent.engine.parts import build_loader, build_part, check_parts, first_sample
from mmadvent.engine.preflight.annotated_boxes import check_boxes_follow
from mmadvent.engine.preflight.annotation_files import check_annotation_files
from mmadvent.engine.preflight.environment import check_environment
from mmadvent.engine.preflight.labels_of_metrics import match_metrics
from mmadvent.engine.preflight.loops import check_loop, check_test_time_adaptation, loop_class
from mmadvent.engine.preflight.reporting import check_reporting
from mmadvent.engine.preflight.start import Start, check_start, find_start, read_start
from mmadvent.engine.sections import check_dict, type_name
from mmadvent.errors import InputError
from mmadvent.io.absent_classes import warn_of_absent
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint, stored_dataset_meta
from mmadvent.io.work_dir import check_work_dir
from mmadvent.models.initial_weights import read_initial_weights

TRAINING_KEYS = ("model", "train_dataloader", "train_cfg", "optim_wrapper")
TEST_KEYS = ("model", "test_dataloader", "test_cfg", "test_evaluator")
NO_MIXED_PRECISION = ("cpu", "mps")
LOOKED_AT = 100  # labels, in which classes are looked for
# What counts classes in a segmentor and in a single-stage detector.
HEADS = ("decode_head", "bbox_head")


def check_training(config: Config, datasets: dict[str, Any] | None = None) -> Start:
    """Build the model and the data sets of a training config, read one sample of each, and compare.

    Costs a second or two, and the download of the initial weights, which the run needs anyway.

    Args:
        config: of the training.
        datasets: is given the data sets, by the key of their loader, so that the run need not
            build them again.

    Returns:
        What the run has to start from.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    _check_keys(config, TRAINING_KEYS, "training")
    check_environment(config)
    check_work_dir(config.work_dir)
    _check_mixed_precision(config)
    delegate_constructor(config.optim_wrapper)
    start = find_start(config)
    checkpoint = read_start(start)
    init_default_scope(config.get("default_scope", "mmengine"))
    check_parts(config)
    check_reporting(config)
    loop = loop_class(config.train_cfg, "train_cfg")
    adapts = issubclass(loop, UDATrainLoop)
    target = None
    if adapts:
        loader = target_dataloader_of(config)
        target, target_sample = _build_dataset(loader, "target_dataloader", labeled=False)
        check_unpadded(target)
    source_free = config.train_cfg.get("source_free", False)
    source = None
    if not source_free:
        source, source_sample = _build_dataset(config.train_dataloader, "train_dataloader")
    if target is not None:
        _check_epochs(config, target if source is None else source)
    evaluated = None
    if config.get("val_dataloader"):
        evaluated, val_sample = _build_dataset(config.val_dataloader, "val_dataloader")
    model = build_part(MODELS, config.model, "model")
    check_preprocessor(model)
    check_work_dir(config.work_dir, _size(model))
    check_loop(model, loop)
    check_sync_bn(model, config.get("sync_bn"))
    if source is None:
        check_source_free(model)
        if start.checkpoint is None:
            raise InputError(
                "train_cfg.source_free=True needs load_from, the checkpoint of a network that was "
                "trained on the source, got none"
            )
    else:
        _compare_classes(model, source)
        _compare_ignore_index(model, source)
        check_class_names(model, source)
        frozen = getattr(getattr(model, "consistency", None), "classes", None)
        _compare_order("train_dataloader", _classes(source), "model.consistency", frozen)
        if compares_domains(model):
            check_unpadded(source, "train_dataloader")
        check_image_size(model, source_sample, "source")
        check_boxes_follow(source, "train_dataloader")
        _warn_of_absent_classes(source)
    if evaluated is not None:
        check_predicts(model, "val_dataloader")
        _compare_classes(model, evaluated)
        if source is not None:
            _compare_order(
                "train_dataloader", _classes(source), "val_dataloader", _classes(evaluated)
            )
        match_metrics(config, "val_evaluator", val_sample, evaluated)
    if target is not None:
        check_image_size(model, target_sample, "target")
        if source is not None:
            check_pair(model, source_sample, target_sample)
        _read_pseudo_labels(model, target_sample)
    read_initial_weights(model)
    if checkpoint is not None:
        stored = stored_dataset_meta(checkpoint).get("classes")
        for key, labeled in (("train_dataloader", source), ("val_dataloader", evaluated)):
            _compare_order(key, _classes(labeled), f"'{start.checkpoint}'", stored)
        check_start(start, checkpoint, config, model)
    check_optimizers(model, config.optim_wrapper)
    if datasets is not None:
        built = dict(train_dataloader=source, target_dataloader=target, val_dataloader=evaluated)
        datasets.update({key: each for key, each in built.items() if each is not None})
    return start


def check_test(
    config: Config, checkpoint: str | None = None, datasets: dict[str, Any] | None = None
) -> None:
    """Build the model and the data set of a test config, read a sample and the checkpoint.

    Args:
        config: of the test.
        checkpoint: of the model; None for one that reads its own while it is built.
        datasets: as in :func:`check_training`.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    _check_keys(config, TEST_KEYS, "testing")
    check_environment(config)
    check_work_dir(config.work_dir)
    content = None if checkpoint is None else read_checkpoint(checkpoint)
    init_default_scope(config.get("default_scope", "mmengine"))
    check_parts(config)
    check_reporting(config)
    dataset, sample = _build_dataset(config.test_dataloader, "test_dataloader")
    match_metrics(config, "test_evaluator", sample, dataset)
    model = build_part(MODELS, config.model, "model")
    if issubclass(loop_class(config.test_cfg, "test_cfg"), TestTimeAdaptationLoop):
        check_test_time_adaptation(model, config.test_cfg)
    model = model.module if isinstance(model, BaseTTAModel) else model
    check_preprocessor(model)
    check_predicts(model, "test_dataloader")
    _compare_classes(model, dataset)
    own = getattr(model, "member_classes", None)
    _compare_order("test_dataloader", _classes(dataset), "the ensemble's members", own)
    if content is not None:
        stored = stored_dataset_meta(content).get("classes")
        _compare_order("test_dataloader", _classes(dataset), f"'{checkpoint}'", stored)
        load_network_weights(model, content, str(checkpoint))
    if datasets is not None:
        datasets["test_dataloader"] = dataset


def _check_keys(config: Config, keys: tuple[str, ...], purpose: str) -> None:
    for key in keys:
        if not config.get(key):
            raise InputError(f"a config for {purpose} must have {', '.join(keys)}, got no {key}")
        if key != "test_evaluator":
            check_dict(config[key], key)


def _check_mixed_precision(config: Config) -> None:
    kind, device = type_name(config.optim_wrapper), get_device()
    if kind == "AmpOptimWrapper" and device in NO_MIXED_PRECISION:
        raise InputError(
            "optim_wrapper.type='AmpOptimWrapper' needs an accelerator such as a CUDA GPU, but "
            f"this machine offers '{device}'; --amp takes what fits a processor"
        )


def _size(model: nn.Module) -> int:
    """Bytes of a model's weights, which a checkpoint holds at least."""
    weights = (*model.parameters(), *model.buffers())
    return sum(weight.numel() * weight.element_size() for weight in weights)


def _check_epochs(config: Config, dataset: Any) -> None:
    """An epoch goes once through the source or, where there is none, through the target."""
    source_free = config.train_cfg.get("source_free", False)
    loader = target_dataloader_of(config) if source_free else config.train_dataloader
    check_counts_iterations(config, -(-len(dataset) // (loader.get("batch_size") or 1)))


def _build_dataset(dataloader: Any, key: str, labeled: bool = True) -> tuple[Any, dict]:
    """The data set of a loader, and its first sample, which several checks look at."""
    check_dict(dataloader, key)
    check_annotation_files(dataloader.get("dataset"), labeled)
    dataset = build_part(DATASETS, dataloader.get("dataset"), f"{key}.dataset")
    if not len(dataset):
        raise InputError(
            f"{type(dataset).__name__} must have images, got none after its filter_cfg or indices"
        )
    # The loader has a copy: transforms that remember what they saw begin the run with nothing.
    copy = build_loader(dataloader, dataset, key).dataset
    return dataset, first_sample(copy, key)


def _read_pseudo_labels(model: nn.Module, sample: dict) -> None:
    """Those of one image, if a method will ask for them."""
    if any(method.active and method.needs_pseudo_labels for method in model.adaptation):
        model.read_pseudo_labels(sample["inputs"][None], [sample["data_samples"]])


def _compare_classes(model: nn.Module, dataset: Any) -> None:
    """The data set's classes against those of the head."""
    classes = _classes(dataset)
    for name in HEADS:
        head = _last(getattr(model, name, None))
        if head is not None and classes is not None and len(classes) != head.num_classes:
            raise InputError(
                f"model.{name}.num_classes must be the number of classes of "
                f"{type(dataset).__name__}, {len(classes)}, got {head.num_classes}"
            )


def _classes(dataset: Any) -> Sequence[str] | None:
    return getattr(dataset, "metainfo", {}).get("classes")


def _compare_order(
    place: str, names: Sequence[str] | None, other: str, others: Sequence[str] | None
) -> None:
    """The same names in another order are other classes; other names may be the same classes."""
    numbers = {name: number for number, name in enumerate(others or ())}
    for index, name in enumerate(names or ()):
        if numbers.get(name, index) != index:
            raise InputError(
                f"the classes of {place} and {other} must have one order, got {name!r} as number "
                f"{index} and {numbers[name]}"
            )


def _last(head: Any) -> Any:
    """Of a cascade of heads, the one that predicts."""
    return head[-1] if isinstance(head, nn.ModuleList) else head


def _compare_ignore_index(model: nn.Module, source: Any) -> None:
    if not hasattr(source, "ignore_index"):  # as wrappers such as ConcatDataset
        return
    fixed = getattr(model, "ignore_index", None)
    if fixed not in (None, source.ignore_index):
        raise InputError(
            f"{type(source).__name__}.ignore_index must be {fixed} for {type(model).__name__}, "
            f"got {source.ignore_index}"
        )
    head = _last(getattr(model, "decode_head", None))
    if head is not None and head.ignore_index != source.ignore_index:
        raise InputError(
            f"model.decode_head.ignore_index must be that of {type(source).__name__}, "
            f"{source.ignore_index}, got {head.ignore_index}"
        )


def _warn_of_absent_classes(source: Any) -> None:
    """A class that no label holds is not learned, as that of a mask's 255 of two classes."""
    if not hasattr(source, "classes_in_labels"):
        return
    numbers, looked_at = source.classes_in_labels(LOOKED_AT)
    if looked_at:
        which = "" if looked_at == len(source) else f"{looked_at} of "
        where = f"the {which}{len(source)} of {type(source).__name__}"
        warn_of_absent(source.metainfo["classes"], numbers, "label", where)
