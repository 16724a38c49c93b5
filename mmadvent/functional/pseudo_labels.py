"""Pseudo-labels: which predictions are taken for labels, and the loss on them."""

import torch.nn.functional as F
from torch import Tensor

from mmadvent.functional.chunked_upsampling import check_positions, chunked_sums
from mmadvent.functional.class_logits import check_class_logits, positions_in_a_row
from mmadvent.functional.entropy import entropy
from mmadvent.functional.upsample import Upsample

NO_LABEL = 255
"""Where there is no pseudo-label."""


def pseudo_label_loss(logits: Tensor, labels: Tensor, upsample: Upsample | None = None) -> Tensor:
    r"""Cross-entropy of the pixels that have a pseudo-label.

    .. math:: L = \frac{-1}{|K|} \sum_{(h, w) \in K} \log P^{(h, w, \hat y)}

    The paper sums over the pixels K that have one; the mean makes the number independent of their
    number, as the supervised loss is. float16 and bfloat16 logits are computed in float32.

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.
        labels: integers (N, ...), a class or :data:`NO_LABEL` (255).
        upsample: how the logits get to the positions of the labels; None if they are there.

    Returns:
        A scalar >= 0; 0, with a zero gradient, if no pixel of the batch has a pseudo-label.

    Raises:
        ValueError: as :func:`self_information`, or if the labels have another shape.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 6.
    """
    logits = check_class_logits(logits)
    check_positions("labels", labels, logits, upsample)
    (sums,) = chunked_sums(_cross_entropies, logits, upsample, labels.long())
    return sums.sum() / (labels != NO_LABEL).sum().clamp(min=1)


def _cross_entropies(logits: Tensor, labels: Tensor) -> tuple[Tensor]:
    losses = F.cross_entropy(logits, labels, ignore_index=NO_LABEL, reduction="none")
    return (positions_in_a_row(losses).sum(dim=1),)


def predicted_entropy(logits: Tensor) -> tuple[Tensor, Tensor]:
    """The normalised entropy of each prediction, (N, ...) in [0, 1], and its class.

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.

    Raises:
        ValueError: as :func:`self_information`.
    """
    # Several times as fast as `argmax` on a processor.
    return entropy(logits), logits.max(dim=1).indices


def predicted_confidence(logits: Tensor) -> tuple[Tensor, Tensor]:
    """The probability of the likeliest class at each position, (N, ...) in [1 / C, 1], and it.

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.

    Raises:
        ValueError: as :func:`self_information`.
    """
    log_probability, classes = F.log_softmax(check_class_logits(logits), dim=1).max(dim=1)
    return log_probability.exp(), classes


def entropy_pseudo_labels(logits: Tensor, thresholds: Tensor) -> Tensor:
    r"""Take the predictions whose entropy is at most the threshold of their class.

    .. math:: \hat y = \arg\max_c P^{(c)} \quad \text{where } E \le t_{\hat y}

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.
        thresholds: (C,), normalised entropies in [0, 1].

    Returns:
        (N, ...) int64: a class, or :data:`NO_LABEL` (255).

    Raises:
        ValueError: as :func:`self_information`, or if there is not one threshold a class.

    Source: Saporta et al., ESL, CVPR 2020 workshops.
    """
    values, classes = predicted_entropy(logits)
    limits = _one_for_each_class(thresholds, logits).to(values)
    return classes.masked_fill(values > limits[classes], NO_LABEL)


def confidence_pseudo_labels(logits: Tensor, threshold: float) -> Tensor:
    r"""Take the predictions whose probability is at least one threshold.

    .. math:: \hat y = \arg\max_c P^{(c)} \quad \text{where } P^{(\hat y)} \ge t

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.
        threshold: in [0, 1].

    Returns:
        (N, ...) int64: a class, or :data:`NO_LABEL` (255).

    Raises:
        ValueError: as :func:`self_information`.

    Source: Zou et al., CBST, ECCV 2018 (self-training, ST); ADVENT section 3.1.
    """
    values, classes = predicted_confidence(logits)
    return classes.masked_fill(values < threshold, NO_LABEL)


def class_balanced_pseudo_labels(logits: Tensor, thresholds: Tensor) -> Tensor:
    r"""Take the class whose probability is largest beside its own threshold.

    .. math:: \hat y = \arg\max_c \frac{P^{(c)}}{t_c} \quad
        \text{where } \frac{P^{(\hat y)}}{t_{\hat y}} \ge 1

    A class with a low threshold, a hard one, wins against a likelier one with a high threshold. The
    paper writes :math:`t_c = e^{-k_c}` and a strict inequality; with thresholds that are values of
    the predictions themselves, ``>=`` keeps those that set them.

    Args:
        logits: class scores before the softmax, of shape (N, C, ...) with C >= 2.
        thresholds: (C,), probabilities in (0, 1].

    Returns:
        (N, ...) int64: a class, or :data:`NO_LABEL` (255).

    Raises:
        ValueError: as :func:`self_information`, if there is not one threshold a class, or if one is
            not above 0.

    Source: Zou et al., CBST, ECCV 2018 (class-balanced self-training).
    """
    limits = _one_for_each_class(thresholds, logits)
    if not (limits > 0).all():
        raise ValueError(f"thresholds must be above 0, got {limits.tolist()}")
    log_probability = F.log_softmax(check_class_logits(logits), dim=1)
    shape = (1, -1, *[1] * (logits.dim() - 2))
    log_ratio = log_probability - limits.to(log_probability).log().view(shape)
    largest, classes = log_ratio.max(dim=1)
    return classes.masked_fill(largest < 0, NO_LABEL)


def _one_for_each_class(thresholds: Tensor, logits: Tensor) -> Tensor:
    if thresholds.shape != logits.shape[1:2]:
        raise ValueError(
            f"thresholds must be one for each of the {logits.shape[1]} classes of the logits, "
            f"got the shape {tuple(thresholds.shape)}"
        )
    return thresholds.to(logits.device)
