"""InformationMaximization: source-free adaptation by certain and diverse predictions."""

import math

import torch
import torch.nn.functional as F
from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.checks import check_loss_weight
from mmadvent.functional import at_least_float32, full_precision, mask_of_cells
from mmadvent.models.adaptations.base import Adaptation, Step
from mmadvent.structures import ClassLogits


@MODELS.register_module()
class InformationMaximization(Adaptation):
    r"""Make each prediction certain, all together diverse, and each that of its nearest centroid.

    .. math::
        \min_{\theta_F} \lambda \sum_l w_l \Big( \frac{\overline{H(P)} - \lambda_{div}
        H(\overline{P})}{\log C} - \lambda_{pl}\, \overline{\log P^{(\hat y)}} \Big)

    The bars are means over the batch's positions. :math:`\hat y` is the class whose centroid is
    nearest by the cosine; centroids are means of the features, weighted first with the
    probabilities and then by the nearest classes.

    It needs no source: ``train_cfg.source_free=True`` trains on the target alone. As in the paper
    the classifier had better stay: ``custom_keys={'decode_head': dict(lr_mult=0)}``. Otherwise than
    there the features are the logits, centred over the classes, and the centroids are the batch's,
    not the data set's. The loss is taken at the network's resolution, before any upsampling.

    Args:
        loss_weight: :math:`\lambda`. A level multiplies it with its own weight :math:`w_l`.
        diversity_weight: :math:`\lambda_{div}`, 1 in the paper. Where classes are far from equally
            frequent, as in streets, less is better; 0 leaves the term out.
        pseudo_label_weight: :math:`\lambda_{pl}`, 0.3 in the paper; 0 leaves the term out.

    Raises:
        InputError: if a weight is not a finite number >= 0.

    Source: Liang et al., SHOT, ICML 2020, eq. 2-6.
    """

    def __init__(
        self,
        loss_weight: float = 1.0,
        diversity_weight: float = 1.0,
        pseudo_label_weight: float = 0.3,
    ) -> None:
        super().__init__()
        name = "InformationMaximization"
        self.loss_weight = check_loss_weight(loss_weight)
        self.diversity_weight = check_loss_weight(diversity_weight, f"{name}.diversity_weight")
        self.pseudo_label_weight = check_loss_weight(
            pseudo_label_weight, f"{name}.pseudo_label_weight"
        )
        self.active = loss_weight > 0

    def target_losses(self, step: Step) -> dict[str, Tensor]:
        """Weighted loss of each level, and, for the log, mean entropy and diversity in [0, 1]."""
        losses = {}
        for output in step.target.levels:
            name, weight = output.level.name, self.loss_weight * output.level.weight
            logits, counts = _cells(output)
            log_probability = logits.log_softmax(dim=1)
            probability = log_probability.exp()
            number = counts.sum().clamp(min=1)
            mean = (probability * counts[:, None]).sum(dim=0) / number
            scale = math.log(logits.shape[1])
            entropy = -((probability * log_probability).sum(dim=1) * counts).sum() / number / scale
            # A class that nothing predicts has a mean of 0, where the gradient has to be finite.
            smallest = torch.finfo(mean.dtype).tiny
            diversity = -(mean * mean.clamp(min=smallest).log()).sum() / scale
            loss = entropy - self.diversity_weight * diversity
            if self.pseudo_label_weight:
                with full_precision(logits):
                    labels = nearest_centroids(logits.detach(), counts)
                of_labels = log_probability.gather(1, labels[:, None])[:, 0]
                loss = loss - self.pseudo_label_weight * (of_labels * counts).sum() / number
            losses[f"{name}.loss_information"] = weight * loss
            losses[f"{name}.entropy"] = entropy.detach()
            losses[f"{name}.diversity"] = diversity.detach()
        return losses


def nearest_centroids(logits: Tensor, counts: Tensor) -> Tensor:
    r"""The class of the nearest centroid of each position, by the cosine of centred logits z.

    .. math::
        c_k^{(0)} = \frac{\sum_i P_i^{(k)} z_i}{\sum_i P_i^{(k)}}, \quad
        c_k^{(1)} = \frac{\sum_i [\hat y_i = k] z_i}{\sum_i [\hat y_i = k]}, \quad
        \hat y_i = \arg\max_k \cos(z_i, c_k)

    Args:
        logits: (M, C).
        counts: (M,), 0 where a position takes no part.

    Returns:
        (M,) int64. A class that nobody predicts first is not in the second round.

    Source: Liang et al., SHOT, ICML 2020, eq. 4-6.
    """
    features = logits - logits.mean(dim=1, keepdim=True)
    members = logits.softmax(dim=1) * counts[:, None]
    classes = torch.arange(logits.shape[1], device=logits.device)
    for _ in range(2):
        centroids = members.T @ features
        present = members.sum(dim=0) > 0
        similarity = F.normalize(features, dim=1) @ F.normalize(centroids, dim=1).T
        labels = similarity.masked_fill(~present, -2.0).argmax(dim=1)
        # Not `one_hot`, which asks for the labels' range.
        members = (labels[:, None] == classes).to(features) * counts[:, None]
    return labels


def _cells(output: ClassLogits) -> tuple[Tensor, Tensor]:
    """The logits (M, C) of a level's cells, and which of them count (M,)."""
    logits = at_least_float32(output.logits)
    cells = logits.movedim(1, -1).flatten(0, -2)
    mask = output.mask
    if mask is not None and output.upsample is not None:
        mask = mask_of_cells(mask, logits.shape[2:])
    if mask is None:
        return cells, cells.new_ones(len(cells))
    return cells, mask.flatten().to(cells)
