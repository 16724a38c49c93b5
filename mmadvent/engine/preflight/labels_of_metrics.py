"""Metrics and pictures that compare with labels, where images have none or moved ones."""

from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log

from mmadvent.engine.preflight.annotated_boxes import (
    first_view,
    first_with_boxes,
    in_pixels_of_the_file,
    sample_with_boxes,
)
from mmadvent.engine.preflight.image_ids import check_image_ids
from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError
from mmadvent.functional import NO_LABEL

# How the names of metrics end that compare with what a sample is labelled with.
IOU = "IoUMetric"
WITH_LABELS = (IOU, "APMetric", "VOCMetric", "CocoMetric", "CityscapesMetric")
# Those that take the boxes of the sample, not those of its image on disk.
WITH_BOXES = ("APMetric", "VOCMetric")
WRITERS = ("LabelMapHook", "DumpDetResults")


def match_metrics(config: Config, key: str, sample: dict, dataset: Any) -> None:
    """Refuse metrics that need labels of images without; a test that writes leaves them out.

    Boxes must be in pixels of the image on disk, as predictions are, and ids of images differ. An
    IoU must not count the pixels that the data set ignores.

    Args:
        config: of a training or a test.
        key: where it has the metrics, ``val_evaluator`` or ``test_evaluator``.
        sample: one of the data set.
        dataset: the data set.

    Raises:
        InputError: if there are such metrics, and nothing that writes predictions, if the
            pipeline moves the boxes that one of them takes, or if an IoU ignores another label than
            the data set; also as :func:`check_image_ids`.
    """
    evaluator = config.get(key) or []
    metrics = [evaluator] if isinstance(evaluator, dict) else list(evaluator)
    check_image_ids(metrics, key, dataset)
    needing = [metric for metric in metrics if _needs_labels(metric)]
    if not needing or _is_labeled(sample, dataset):
        _compare_ignore_index(key, needing, dataset)
        if any(type_name(metric).endswith(WITH_BOXES) for metric in needing):
            _check_boxes_stay(dataset, key.replace("evaluator", "dataloader"))
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
    """Check that a data set has labels, or boxes in pixels of the image on disk.

    Args:
        dataset: of the sample.
        sample: one of it.
        key: of its loader.
        purpose: what needs them.

    Raises:
        InputError: if it has none, or if its pipeline moves them.
    """
    if not _is_labeled(sample, dataset):
        raise InputError(
            f"{purpose} needs labels, but {type(dataset).__name__} of {key} has none after its "
            "pipeline"
        )
    _check_boxes_stay(dataset, key)


def _compare_ignore_index(key: str, metrics: list[dict], dataset: Any) -> None:
    """The label of pixels that do not count, mmseg's 255 where a metric says nothing.

    A wrapper of data sets does not know it.
    """
    expected = getattr(dataset, "ignore_index", None)
    for metric in metrics:
        found = metric.get("ignore_index", NO_LABEL)
        if expected is not None and type_name(metric).endswith(IOU) and found != expected:
            raise InputError(
                f"{key} must have {type_name(metric)}.ignore_index of {type(dataset).__name__}, "
                f"{expected}, got {found}"
            )


def _needs_labels(metric: dict) -> bool:
    return type_name(metric).endswith(WITH_LABELS) and not metric.get("ann_file")


def _is_labeled(sample: dict, dataset: Any) -> bool:
    first = first_view(sample)
    if first is None:
        return False
    instances = first.get("gt_instances")
    if instances is None or "bboxes" not in instances:
        return "gt_sem_seg" in first
    # Unlabelled images have boxes, too, none each.
    return not hasattr(dataset, "get_data_info") or first_with_boxes(dataset) is not None


def _check_boxes_stay(dataset: Any, key: str) -> None:
    """Look at the first image with a box."""
    found = sample_with_boxes(dataset)
    if found is None or "gt_instances" not in found[0] or in_pixels_of_the_file(*found):
        return
    raise InputError(
        f"{key}.dataset.pipeline must have LoadAnnotations behind the steps that resize or turn "
        "the image, as predictions are in pixels of the file, but the boxes of "
        f"'{found[1]['img_path']}' have moved"
    )
