"""Checks of a whole config before a run writes anything.

mmengine's runner makes its work directory before it looks at anything.
"""

from typing import Any

from mmengine.config import Config
from mmengine.device import get_device
from mmengine.registry import DATASETS, MODELS, init_default_scope
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from mmadvent.engine.epochs import check_counts_iterations
from mmadvent.engine.optim_wrapper_constructor import delegate_constructor
from mmadvent.engine.target_dataloader import target_dataloader_of
from mmadvent.engine.uda_train_loop import check_source_free
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import check_checkpoint
from mmadvent.models.initial_weights import explain_missing_weights

TRAINING_KEYS = ("model", "train_dataloader", "train_cfg", "optim_wrapper")
TEST_KEYS = ("model", "test_dataloader", "test_cfg", "test_evaluator")
NO_MIXED_PRECISION = ("cpu", "mps")
# What counts classes in a segmentor and in a single-stage detector.
HEADS = ("decode_head", "bbox_head")


def check_training(config: Config) -> None:
    """Build the model and the data sets of a training config, read one sample of each, and compare.

    Costs a second or two, and the download of the initial weights, which the run needs anyway.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    _check_keys(config, TRAINING_KEYS, "training")
    _check_mixed_precision(config)
    delegate_constructor(config.optim_wrapper)
    if config.get("load_from"):
        check_checkpoint(config.load_from)
    init_default_scope(config.get("default_scope", "mmengine"))
    target = None
    if config.train_cfg.get("type") == "UDATrainLoop":
        target = _build_dataset(target_dataloader_of(config))
    source_free = config.train_cfg.get("source_free", False)
    source = None if source_free else _build_dataset(config.train_dataloader)
    if target is not None:
        _check_epochs(config, target if source is None else source)
    evaluated = _build_dataset(config.val_dataloader) if config.get("val_dataloader") else None
    model = MODELS.build(config.model)
    if source is None:
        check_source_free(model)
        if not (config.get("load_from") or config.get("resume")):
            raise InputError(
                "train_cfg.source_free=True needs load_from, the checkpoint of a network that was "
                "trained on the source, got none"
            )
    else:
        _compare_classes(model, source)
        _compare_ignore_index(model, source)
    if evaluated is not None:
        _compare_classes(model, evaluated)
    if target is not None:
        _read_pseudo_labels(model, target)
    _read_initial_weights(model)


def check_test(config: Config, checkpoint: str) -> None:
    """Build the model and the data set of a test config, read a sample and the checkpoint.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    _check_keys(config, TEST_KEYS, "testing")
    check_checkpoint(checkpoint)
    init_default_scope(config.get("default_scope", "mmengine"))
    dataset = _build_dataset(config.test_dataloader)
    _compare_classes(MODELS.build(config.model), dataset)


def _check_keys(config: Config, keys: tuple[str, ...], purpose: str) -> None:
    for key in keys:
        if not config.get(key):
            raise InputError(f"a config for {purpose} must have {', '.join(keys)}, got no {key}")


def _check_mixed_precision(config: Config) -> None:
    kind, device = config.optim_wrapper.get("type"), get_device()
    if kind == "AmpOptimWrapper" and device in NO_MIXED_PRECISION:
        raise InputError(
            "optim_wrapper.type='AmpOptimWrapper' needs an accelerator such as a CUDA GPU, but "
            f"this machine offers '{device}'; --amp takes what fits a processor"
        )


def _check_epochs(config: Config, dataset: Any) -> None:
    """An epoch goes once through the source or, where there is none, through the target."""
    source_free = config.train_cfg.get("source_free", False)
    loader = target_dataloader_of(config) if source_free else config.train_dataloader
    check_counts_iterations(config, -(-len(dataset) // (loader.get("batch_size") or 1)))


def _build_dataset(dataloader: dict) -> Any:
    dataset = DATASETS.build(dataloader["dataset"])
    dataset[0]
    return dataset


def _read_pseudo_labels(model: nn.Module, target: Any) -> None:
    """Those of one image, if a method will ask for them."""
    if any(method.active and method.needs_pseudo_labels for method in model.adaptation):
        sample = target[0]
        model.read_pseudo_labels(sample["inputs"][None], [sample["data_samples"]])


def _compare_classes(model: nn.Module, dataset: Any) -> None:
    """The data set's classes against those of the head."""
    classes = getattr(dataset, "metainfo", {}).get("classes")
    for name in HEADS:
        head = _last(getattr(model, name, None))
        if head is not None and classes is not None and len(classes) != head.num_classes:
            raise InputError(
                f"model.{name}.num_classes must be the number of classes of "
                f"{type(dataset).__name__}, {len(classes)}, got {head.num_classes}"
            )


def _last(head: Any) -> Any:
    """Of a cascade of heads, the one that predicts."""
    return head[-1] if isinstance(head, nn.ModuleList) else head


def _compare_ignore_index(model: nn.Module, source: Any) -> None:
    head = _last(getattr(model, "decode_head", None))
    # Wrappers such as ConcatDataset have none.
    if head is None or not hasattr(source, "ignore_index"):
        return
    if head.ignore_index != source.ignore_index:
        raise InputError(
            f"model.decode_head.ignore_index must be that of {type(source).__name__}, "
            f"{source.ignore_index}, got {head.ignore_index}"
        )


def _read_initial_weights(model: nn.Module) -> None:
    """Fetch what ``init_cfg`` names: the runner does so only after it has written."""
    for module in model.modules():
        init_cfg = getattr(module, "init_cfg", None)
        for cfg in init_cfg if isinstance(init_cfg, list) else [init_cfg]:
            if isinstance(cfg, dict) and cfg.get("type") == "Pretrained":
                with explain_missing_weights(cfg):
                    CheckpointLoader.load_checkpoint(cfg["checkpoint"], map_location="cpu")
