"""How certain and how diverse predictions are: a measure that needs no label."""

import math
from collections.abc import Sequence

import torch
from mmengine.evaluator import BaseMetric
from mmseg.registry import METRICS

from mmadvent.functional import at_least_float32
from mmadvent.segmentation.metrics.sample_logits import sample_logits


@METRICS.register_module()
class InformationMaximisationMetric(BaseMetric):
    r"""Entropy of the mean prediction (diversity) minus the mean entropy of the predictions.

    .. math:: IM = \frac{1}{\log C} \left[ H(\bar P) - \overline{H(P)} \right]

    Both means are over the pixels of each image, then the images. Logs
    ``information_maximisation``, in [0, 1]: the mutual information of pixel and class, normalised.
    Higher is better. It is 1 where all predictions are certain and each class is predicted equally
    often, and 0 where all pixels have the same prediction, certain or not: unlike the mean entropy
    it does not reward a collapse to one class. As a loss the literature has it with the other sign,
    entropy minus diversity.

    It needs the logits that mmseg's segmentors put into their results as ``seg_logits`` (C, H, W),
    and is finite for any finite ones.

    Raises:
        InputError: when it evaluates, if the logits are of fewer than 2 classes.

    Source: Shi and Sha, "Information-Theoretical Learning of Discriminative Clusters", ICML 2012;
    Liang et al. (SHOT), ICML 2020.
    """

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keep the mean prediction and the mean entropy of each image."""
        for sample in data_samples:
            logits = sample_logits(sample, type(self).__name__)
            probability = at_least_float32(logits).softmax(dim=0)
            uncertainty = torch.special.entr(probability).sum(dim=0).mean().item()
            self.results.append((probability.mean(dim=1).double().cpu(), uncertainty))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Difference of the two entropies over the images."""
        predictions, uncertainties = zip(*results, strict=True)
        mean = torch.stack(predictions).mean(dim=0)
        difference = torch.special.entr(mean).sum().item() - sum(uncertainties) / len(results)
        return {"information_maximisation": round(difference / math.log(len(mean)), 4)}
