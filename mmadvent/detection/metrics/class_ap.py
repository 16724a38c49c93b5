"""mmdet's PASCAL VOC average precision with the figure of every class."""

import math

from mmdet.evaluation import VOCMetric, eval_map
from mmdet.registry import METRICS
from mmengine.logging import MMLogger

from mmadvent.io.absent_classes import warn_of_absent


@METRICS.register_module()
class ClassAPMetric(VOCMetric):
    """mmdet's ``VOCMetric`` of average precision, which also returns that of every class.

    Upstream prints them in a table of its log only. Here they are metrics like the mean, named
    ``AP50.CLASS`` for an overlap of 0.5, in [0, 1]; a class without a box in the annotations is
    nan, and the means leave it out: ``classes_in_AP50`` says how many it is over, and the mean over
    none is nan. Classes without a box are named in a warning.

    As upstream has it, boxes are counted in whole pixels, the last one included, as the toolkit
    of PASCAL VOC does; a detection that matches an ignored box counts neither way.

    Args:
        iou_thrs: intersection over union from which on a detection is right: a number or several.
        eval_mode: ``11points``, the mean of the precision at recalls 0, 0.1, ..., 1 (VOC 2007), or
            ``area``, the area under the curve (VOC 2010 and later).
        prefix: what the log puts before the names, to tell two of these metrics apart.
        collect_device: where the results of several processes meet, ``cpu`` or ``gpu``.

    Source: Everingham et al., The PASCAL Visual Object Classes Challenge, IJCV 2010, section 4.2.
    """

    def __init__(
        self,
        iou_thrs: float | list[float] = 0.5,
        eval_mode: str = "11points",
        prefix: str | None = None,
        collect_device: str = "cpu",
    ) -> None:
        super().__init__(
            iou_thrs=iou_thrs, eval_mode=eval_mode, prefix=prefix, collect_device=collect_device
        )

    def compute_metrics(self, results: list) -> dict[str, float]:
        """``mAP`` over all overlaps and, for each, ``AP50`` and ``AP50.CLASS``."""
        annotations, detections = zip(*results, strict=True)
        names = self.dataset_meta["classes"]
        metrics = {}
        for threshold in self.iou_thrs:
            mean, of_classes = eval_map(
                detections,
                annotations,
                iou_thr=threshold,
                dataset=names,
                logger=MMLogger.get_current_instance(),
                eval_mode=self.eval_mode,
                use_legacy_coordinate=True,
            )
            key = f"AP{100 * threshold:.0f}"
            numbers = [int(found["num_gts"]) for found in of_classes]
            metrics[key] = round(mean, 4) if any(numbers) else math.nan
            # A float: mmengine's log of a test has null for an int.
            metrics[f"classes_in_{key}"] = float(sum(number > 0 for number in numbers))
            for name, found in zip(names, of_classes, strict=True):
                value = float(found["ap"]) if found["num_gts"] else math.nan
                metrics[f"{key}.{name}"] = round(value, 4)
        warn_of_absent(names, numbers, "box", "the evaluation")
        means = [metrics[f"AP{100 * threshold:.0f}"] for threshold in self.iou_thrs]
        return {"mAP": round(sum(means) / len(means), 4), **metrics}
