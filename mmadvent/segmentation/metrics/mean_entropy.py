"""Mean entropy of predictions: a measure that needs no label."""

from collections.abc import Sequence

from mmengine.evaluator import BaseMetric
from mmseg.registry import METRICS

from mmadvent.functional import entropy
from mmadvent.segmentation.metrics.sample_logits import sample_logits


@METRICS.register_module()
class MeanEntropyMetric(BaseMetric):
    """Mean normalised entropy of the predictions, over the pixels of each image, then the images.

    Logs ``mean_entropy``, in [0, 1]; 0 where every prediction is certain. It needs the logits that
    mmseg's segmentors put into their results as ``seg_logits`` (C, H, W).

    Raises:
        InputError: when it evaluates, if the logits are of fewer than 2 classes.

    Source: ADVENT eq. 2.
    """

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keep the mean of each image."""
        for sample in data_samples:
            logits = sample_logits(sample, type(self).__name__)
            self.results.append(entropy(logits[None]).mean().item())

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Mean over the images."""
        return {"mean_entropy": round(sum(results) / len(results), 4)}
