"""mmseg's IoU with the figure of every class."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.evaluator import BaseMetric
from mmseg.evaluation import IoUMetric
from mmseg.registry import METRICS
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.io.absent_classes import warn_of_absent


@METRICS.register_module()
class ClassIoUMetric(IoUMetric):
    """mmseg's ``IoUMetric``, which also returns the IoU of every class, and means over fewer.

    Upstream prints the classes in a table of its log only. Here they are metrics like the mean,
    named ``IoU.CLASS``, in percent; a class that neither the labels nor the predictions have is
    nan, and no mean counts it: ``classes_in_mIoU`` says how many it is over. Classes that no label
    holds are named in a warning.

    Args:
        without: name of a further mean -> the classes it leaves out. From SYNTHIA,
            ``{"mIoU*": ("wall", "fence", "pole")}`` is the mean over 13 of its 16 classes; the
            model tells all 16 apart.
        kwargs: those of :class:`mmseg.evaluation.IoUMetric`. ``nan_to_num``, a share, takes the
            place of nan in every figure.

    Raises:
        InputError: when it evaluates, if ``without`` names a class that the data set lacks, or
            all that it has.

    Source: ADVENT section 4.1 and Table 1b, after Zou et al., ECCV 2018.
    """

    def __init__(self, without: Mapping[str, Sequence[str]] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.without = {name: tuple(classes) for name, classes in (without or {}).items()}

    @BaseMetric.dataset_meta.setter
    def dataset_meta(self, dataset_meta: dict) -> None:
        """Check the names as soon as the classes are known: before, not after, an evaluation."""
        self._dataset_meta = dataset_meta
        for name, classes in self.without.items():
            unknown = [c for c in classes if c not in dataset_meta["classes"]]
            if unknown:
                raise InputError(
                    f"ClassIoUMetric.without['{name}'] must name classes of the data set "
                    f"({', '.join(dataset_meta['classes'])}), got '{unknown[0]}'"
                )
            if set(classes) == set(dataset_meta["classes"]):
                raise InputError(
                    f"ClassIoUMetric.without['{name}'] must leave a class of the data set "
                    f"({', '.join(dataset_meta['classes'])}), got all of them"
                )

    @staticmethod
    def intersect_and_union(
        pred_label: Tensor, label: Tensor, num_classes: int, ignore_index: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Upstream's areas of an image, by one count of the pairs of a label and a prediction.

        Upstream counts with three histograms of floats, whose sum over a data set is rounded.

        Args:
            pred_label: classes (H, W).
            label: of the same shape. One that is neither a class nor ignored makes the prediction
                wrong.
            num_classes: C.
            ignore_index: the label of pixels that do not count.

        Returns:
            Intersection, union, prediction and label of each class: int64 (C,), on the labels'
            device, from where they come when all images have been counted.
        """
        count = _pairs if label.device.type == "cpu" else _pairs_on_device
        pairs, inside = count(pred_label.long(), label.long(), num_classes, ignore_index)
        predicted = pairs.sum(dim=0)[inside]
        labeled = pairs.sum(dim=1)[inside]
        intersection = pairs.diagonal()[inside]
        return intersection, predicted + labeled - intersection, predicted, labeled

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Upstream's metrics, the further means, and ``IoU.CLASS`` of each class."""
        metrics = super().compute_metrics(results)
        if self.format_only:
            return metrics
        intersect, union, _, labeled = (sum(areas) for areas in zip(*results, strict=True))
        names = self.dataset_meta["classes"]
        warn_of_absent(names, labeled.tolist(), "label", "the evaluation")
        values = 100 * intersect / union
        if self.nan_to_num is not None:
            values = values.nan_to_num(100 * self.nan_to_num)
        iou = dict(zip(names, values, strict=True))
        metrics["classes_in_mIoU"] = _number(list(iou.values()))
        for name, left_out in self.without.items():
            values = [value for key, value in iou.items() if key not in left_out]
            metrics[name] = _mean(values)
            metrics[f"classes_in_{name}"] = _number(values)
        return metrics | {f"IoU.{name}": round(value.item(), 2) for name, value in iou.items()}


def _pairs(pred_label: Tensor, label: Tensor, classes: int, ignored: int) -> tuple[Tensor, slice]:
    """How often each label meets each prediction, and which rows and columns are classes."""
    first = min(0, int(label.min()), int(pred_label.min()))
    side = max(classes, int(label.max()) + 1, int(pred_label.max()) + 1) - first
    places = torch.add(pred_label, label, alpha=side).sub_(first * (side + 1)).flatten()
    pairs = torch.bincount(places, minlength=side * side).view(side, side)
    if 0 <= ignored - first < side:
        pairs[ignored - first] = 0
    return pairs, slice(-first, classes - first)


def _pairs_on_device(
    pred_label: Tensor, label: Tensor, classes: int, ignored: int
) -> tuple[Tensor, slice]:
    """The same without a question for the values' range, which would wait for the device.

    What is no class shares the first or the last row and column. A processor takes twice as long.
    """
    side = classes + 2
    places = torch.add(pred_label.clamp(-1, classes), label.clamp(-1, classes), alpha=side)
    places = places.add_(side + 1).masked_fill_(label == ignored, side * side).flatten()
    pairs = torch.bincount(places, minlength=side * side + 1)[:-1].view(side, side)
    return pairs, slice(1, classes + 1)


def _number(values: list[Tensor]) -> float:
    # A float: mmengine's log of a test has null for an int.
    return float(sum(not value.isnan() for value in values))


def _mean(values: list[Tensor]) -> float:
    """Mean of those that are not nan."""
    return round(torch.stack(values).nanmean().item(), 2)
