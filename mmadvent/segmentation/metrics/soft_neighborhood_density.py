"""How densely the predictions of an image cluster: a measure that needs no label."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.evaluator import BaseMetric
from mmseg.registry import METRICS
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.functional import at_least_float32
from mmadvent.segmentation.metrics.sample_logits import sample_logits


@METRICS.register_module()
class SoftNeighbourhoodDensityMetric(BaseMetric):
    r"""Entropy of each pixel's similarities to the other pixels of its image (SND).

    .. math::
        SND = \frac{-1}{T \log(T - 1)} \sum_i \sum_{j \neq i} p_{ij} \log p_{ij}, \qquad
        p_{ij} = \underset{j \neq i}{\mathrm{softmax}}
            \left( \frac{\hat P_i \cdot \hat P_j}{\tau} \right)

    where :math:`\hat P_i` is the prediction (softmax) at pixel i, scaled to length 1. Logs
    ``soft_neighbourhood_density``, in [0, 1], the mean over the images. Higher is better: every
    pixel then has many others whose prediction is alike. It is 1 also where all pixels have one
    prediction, so a collapse to one class wins. It needs the logits that mmseg's segmentors put
    into their results as ``seg_logits`` (C, H, W).

    The similarities of all pixels would fill terabytes, so T of them are drawn, as the paper does
    for segmentation: without replacement, the same positions in every image of a size. Snapshots,
    and runs on any number of processes, are thus compared on equal pixels. Unlike in the paper the
    entropy is divided by its greatest value, so that it does not depend on T alone.

    Args:
        pixels: T, the number of pixels that are drawn from each image, at least 3; an image with
            fewer gives all.
        temperature: the paper's :math:`\tau`, above 0.
        seed: of the draw.
        kwargs: those of :class:`mmengine.evaluator.BaseMetric`.

    Raises:
        InputError: if ``pixels`` or ``temperature`` is out of range; when it evaluates, if the
            logits are of fewer than 2 classes.

    Source: Saito et al., "Tune it the Right Way: Unsupervised Validation of Domain Adaptation via
    Soft Neighborhood Density", ICCV 2021.
    """

    def __init__(
        self, pixels: int = 1000, temperature: float = 0.05, seed: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(pixels, bool) or not isinstance(pixels, int) or pixels < 3:
            raise InputError(f"pixels must be an integer >= 3, got {pixels!r}")
        if not isinstance(temperature, (int, float)) or not 0 < temperature < math.inf:
            raise InputError(f"temperature must be a finite number > 0, got {temperature!r}")
        self.pixels = pixels
        self.temperature = float(temperature)
        self.seed = seed

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keep the density of each image."""
        for sample in data_samples:
            logits = sample_logits(sample, type(self).__name__)
            # Drawn before the softmax: that of a whole image costs a thousand times more.
            chosen = _positions(logits.shape[1], self.pixels, self.seed).to(logits.device)
            drawn = logits[:, chosen].T
            self.results.append(soft_neighborhood_density(drawn, self.temperature).item())

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Mean over the images."""
        return {"soft_neighbourhood_density": round(sum(results) / len(results), 4)}


def soft_neighborhood_density(logits: Tensor, temperature: float = 0.05) -> Tensor:
    """Normalised SND of one set of predictions; finite for any finite logits.

    Args:
        logits: class scores before the softmax, of shape (T, C) with T >= 3.
        temperature: the paper's τ, above 0.

    Returns:
        A scalar in [0, 1].

    Raises:
        ValueError: if there are fewer than 3 rows.

    Source: Saito et al., "Tune it the Right Way", ICCV 2021.
    """
    rows = len(logits)
    if logits.dim() != 2 or rows < 3:
        raise ValueError(
            f"logits must have the shape (T, C) with T >= 3, got {tuple(logits.shape)}"
        )
    directions = F.normalize(at_least_float32(logits).softmax(dim=1), dim=1)
    similarities = directions @ directions.T / temperature
    # Each row without its own pixel: what is left of it is (T, T - 1).
    others = ~torch.eye(rows, dtype=torch.bool, device=logits.device)
    log_shares = similarities[others].view(rows, rows - 1).log_softmax(dim=1)
    entropies = -(log_shares.exp() * log_shares).sum(dim=1)
    return entropies.mean() / math.log(rows - 1)


@lru_cache(maxsize=8)
def _positions(available: int, wanted: int, seed: int) -> Tensor:
    """Which pixels are drawn; a data set has few sizes, and a permutation of 2 million is slow."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(available, generator=generator)[:wanted].clone()
