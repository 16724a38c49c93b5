"""mmseg's IoU with the figure of every class."""

from mmseg.evaluation import IoUMetric
from mmseg.registry import METRICS


@METRICS.register_module()
class ClassIoUMetric(IoUMetric):
    """mmseg's ``IoUMetric``, which also returns the IoU of every class.

    Upstream prints them in a table of its log only. Here they are metrics like the mean, named
    ``IoU.CLASS``, in percent; a class that neither the labels nor the predictions have is nan.

    Args: those of :class:`mmseg.evaluation.IoUMetric`.
    """

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Upstream's metrics and ``IoU.CLASS`` of each class."""
        metrics = super().compute_metrics(results)
        if self.format_only:
            return metrics
        intersect, union = (sum(areas) for areas in list(zip(*results, strict=True))[:2])
        for name, value in zip(self.dataset_meta["classes"], intersect / union, strict=True):
            metrics[f"IoU.{name}"] = round(100 * value.item(), 2)
        return metrics
