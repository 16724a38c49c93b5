"""Mean entropy of predictions: a measure that needs no label."""

from collections.abc import Sequence

from mmengine.evaluator import BaseMetric
from mmseg.registry import METRICS

from mmadvent.functional import entropy


@METRICS.register_module()
class MeanEntropyMetric(BaseMetric):
    """Mean normalised entropy of the predictions, over the pixels of each image, then the images.

    Logs ``mean_entropy``, in [0, 1]; 0 where every prediction is certain. It needs the logits that
    mmseg's segmentors put into their results as ``seg_logits`` (C, H, W).

    Source: ADVENT eq. 2.
    """

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keep the mean of each image."""
        for sample in data_samples:
            logits = sample["seg_logits"]["data"]
            self.results.append(entropy(logits[None]).mean().item())

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Mean over the images."""
        return {"mean_entropy": round(sum(results) / len(results), 4)}
