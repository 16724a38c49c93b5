"""Metrics that compare with labels, where images have none."""

from collections.abc import Sequence
from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log

from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError

# How the names of metrics end that compare with what a sample is labelled with.
WITH_LABELS = ("IoUMetric", "APMetric", "VOCMetric", "CocoMetric", "CityscapesMetric")
WRITERS = ("LabelMapHook", "DumpDetResults")


def match_metrics(config: Config, key: str, sample: dict, dataset: Any) -> None:
    """Refuse metrics that need labels of images without; a test that writes leaves them out.

    Args:
        config: of a training or a test.
        key: where it has the metrics, ``val_evaluator`` or ``test_evaluator``.
        sample: one of the data set.
        dataset: the data set, for its name.

    Raises:
        InputError: if there are such metrics, and nothing that writes predictions.
    """
    evaluator = config.get(key) or []
    metrics = [evaluator] if isinstance(evaluator, dict) else list(evaluator)
    needing = [metric for metric in metrics if _needs_labels(metric)]
    if not needing or _is_labeled(sample):
        return
    names = ", ".join(dict.fromkeys(map(type_name, needing)))
    has = f"needs labels, but {type(dataset).__name__} has none"
    hooks = config.get("custom_hooks") or ()
    writes = any(type_name(part) in WRITERS for part in (*hooks, *metrics))
    if key != "test_evaluator" or not writes:
        raise InputError(
            f"{key} has {names}, which {has}: keep metrics such as MeanEntropyMetric, "
            "InformationMaximisationMetric and SoftNeighbourhoodDensityMetric only, or, to write "
            "predictions, test with --out"
        )
    print_log(f"{names} {has}: it is left out", logger="current")
    config[key] = [metric for metric in metrics if metric not in needing]


def check_labeled(dataset: Any, sample: dict, key: str, purpose: str) -> None:
    """Check that a data set has labels or boxes.

    Args:
        dataset: for its name.
        sample: one of it.
        key: of its loader.
        purpose: what needs them.

    Raises:
        InputError: if it has none.
    """
    if not _is_labeled(sample):
        raise InputError(
            f"{purpose} needs labels, but {type(dataset).__name__} of {key} has none after its "
            "pipeline"
        )


def _needs_labels(metric: dict) -> bool:
    return type_name(metric).endswith(WITH_LABELS) and not metric.get("ann_file")


def _is_labeled(sample: dict) -> bool:
    samples: Any = sample.get("data_samples")
    first = samples[0] if isinstance(samples, Sequence) else samples  # views of one image
    if first is None:
        return False
    instances = first.get("gt_instances")
    return "gt_sem_seg" in first or (instances is not None and "bboxes" in instances)
