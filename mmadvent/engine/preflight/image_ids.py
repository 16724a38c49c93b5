"""The ids by which COCO's metric tells images apart, against those of the data set."""

from pathlib import Path
from typing import Any

from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError
from mmadvent.io.coco_annotations import check_classes, read_annotations

COCO = "CocoMetric"


def check_image_ids(metrics: list[dict], key: str, dataset: Any) -> None:
    """Check that COCO's metric meets each image of a data set once, and compares it with itself.

    mmdet's metric gathers detections and boxes by ``img_id``: it puts two images of one id
    together. With ``ann_file`` the images of that file count, whichever are tested.

    Args:
        metrics: configs of the metrics.
        key: where the config has them, ``val_evaluator`` or ``test_evaluator``.
        dataset: built.

    Raises:
        InputError: if two images have one id, or if the metric's file has other images or classes.
    """
    metrics = [metric for metric in metrics if type_name(metric) == COCO]
    if not metrics or not hasattr(dataset, "get_data_info"):
        return
    paths: dict[Any, str] = {}
    for index in range(len(dataset)):
        info = dataset.get_data_info(index)
        if info["img_id"] in paths:
            raise InputError(
                f"{key} has {COCO}, which tells images by their ids, but "
                f"'{paths[info['img_id']]}' and '{info['img_path']}' have the id "
                f"{info['img_id']}: test one annotation file at a time"
            )
        paths[info["img_id"]] = info["img_path"]
    for metric in metrics:
        if metric.get("ann_file") and not metric.get("format_only"):
            _check_file(metric, f"{key}'s {COCO}", dataset, paths)


def _check_file(metric: dict, name: str, dataset: Any, paths: dict[Any, str]) -> None:
    """Compare a metric's file with the paths of a data set's images by their ids."""
    file = metric["ann_file"]
    content = read_annotations(file, name, metric.get("backend_args"))
    check_classes(content, file, dataset.metainfo["classes"], name)
    named = {image["id"]: image["file_name"] for image in content["images"]}
    for image_id in (*paths, *named):
        tested, counted = paths.get(image_id, "none"), named.get(image_id, "none")
        # An image in fog has the name of the clear one and more.
        same = Path(tested).name.startswith(Path(counted).stem)
        if not same or image_id not in paths or image_id not in named:
            raise InputError(
                f"{name}.ann_file must have the images of {type(dataset).__name__}, but "
                f"{image_id!r} is '{counted}' in '{file}' and '{tested}' in the data set: leave "
                "ann_file out"
            )
