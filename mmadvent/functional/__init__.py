"""Pure tensor functions of the paper: they take logits and know nothing of configs or models."""

from mmadvent.functional.chunked_upsampling import chunked_map, chunked_mean, chunked_sums
from mmadvent.functional.class_histograms import ClassHistograms
from mmadvent.functional.class_logits import at_least_float32, full_precision
from mmadvent.functional.class_mixing import random_class_mask
from mmadvent.functional.class_prior import class_prior_loss
from mmadvent.functional.domain import (
    DOMAIN_OBJECTIVES,
    SOURCE_LABEL,
    TARGET_LABEL,
    domain_accuracy,
    domain_loss,
)
from mmadvent.functional.entropy import entropy, top_entropy_mask
from mmadvent.functional.fourier import swap_low_frequencies
from mmadvent.functional.masked_mean import masked_mean
from mmadvent.functional.padding import image_mask, mask_of_cells
from mmadvent.functional.photometric import color_jitter, gaussian_blur
from mmadvent.functional.pseudo_labels import (
    NO_LABEL,
    class_balanced_pseudo_labels,
    confidence_pseudo_labels,
    entropy_pseudo_labels,
    predicted_confidence,
    predicted_entropy,
    pseudo_label_loss,
)
from mmadvent.functional.self_information import self_information
from mmadvent.functional.upsample import Upsample, upsample_logits
from mmadvent.functional.weighted_cross_entropy import weighted_cross_entropy

__all__ = [
    "DOMAIN_OBJECTIVES",
    "NO_LABEL",
    "SOURCE_LABEL",
    "TARGET_LABEL",
    "ClassHistograms",
    "Upsample",
    "at_least_float32",
    "class_balanced_pseudo_labels",
    "class_prior_loss",
    "confidence_pseudo_labels",
    "color_jitter",
    "gaussian_blur",
    "image_mask",
    "mask_of_cells",
    "masked_mean",
    "domain_accuracy",
    "domain_loss",
    "upsample_logits",
    "chunked_map",
    "chunked_mean",
    "chunked_sums",
    "entropy",
    "entropy_pseudo_labels",
    "full_precision",
    "predicted_confidence",
    "predicted_entropy",
    "pseudo_label_loss",
    "random_class_mask",
    "weighted_cross_entropy",
    "self_information",
    "swap_low_frequencies",
    "top_entropy_mask",
]
