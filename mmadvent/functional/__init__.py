"""Pure tensor functions of the paper: they take logits and know nothing of configs or models."""

from mmadvent.functional.class_prior import class_prior_loss
from mmadvent.functional.counted import counted_mean
from mmadvent.functional.domain import (
    SOURCE_LABEL,
    TARGET_LABEL,
    domain_accuracy,
    domain_loss,
)
from mmadvent.functional.entropy import entropy, top_entropy_mask
from mmadvent.functional.self_information import self_information

__all__ = [
    "SOURCE_LABEL",
    "TARGET_LABEL",
    "class_prior_loss",
    "counted_mean",
    "domain_accuracy",
    "domain_loss",
    "entropy",
    "self_information",
    "top_entropy_mask",
]
