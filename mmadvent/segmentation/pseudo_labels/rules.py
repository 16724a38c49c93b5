"""Which predictions become pseudo-labels: one rule a method."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from torch import Tensor

from mmadvent.checks import check_choice, check_unit_interval
from mmadvent.errors import InputError
from mmadvent.functional import (
    ClassHistograms,
    class_balanced_pseudo_labels,
    confidence_pseudo_labels,
    entropy_pseudo_labels,
    predicted_confidence,
    predicted_entropy,
)


class PseudoLabelRule:
    """Thresholds from all predictions of a data set, then labels from each prediction."""

    name: ClassVar[str]

    def measure(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """What the thresholds are of: a value in [0, 1] and the predicted class, each (N, H, W)."""
        raise NotImplementedError

    def thresholds(self, histograms: ClassHistograms) -> Tensor:
        """One finite threshold a class, (C,), from the values of the whole data set."""
        raise NotImplementedError

    def labels(self, logits: Tensor, thresholds: Tensor) -> Tensor:
        """(N, H, W) int64: a class, 255 where there is no pseudo-label."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        """The name and the arguments."""
        return dict(name=self.name) | asdict(self)  # type: ignore[call-overload]


@dataclass(frozen=True)
class EntropyRule(PseudoLabelRule):
    r"""ESL: each class keeps the part of its predictions with the lowest entropy.

    .. math::
        t_c = \max(\mathrm{quantile}_q \{E : \hat y = c\},\ floor), \quad \text{keep } E \le t_c

    A class that is never predicted has the floor. Otherwise than ESL's code: the entropies of all
    images count and not of 3000 at most, up to the histogram's bin; logits are upsampled to the
    network's input, as in our training, and not probabilities; a probability of 0 adds 0 to the
    entropy and is not nan, a pixel that the code then keeps whatever its prediction; and there are
    no unfilled places, which that code counts as class 0.

    Args:
        quantile: q in [0, 1], 0.5 (the median) there.
        floor: in [0, 1], 0.1 there.

    Source: Saporta et al., ESL, CVPR 2020 workshops, and its code.
    """

    name: ClassVar[str] = "entropy"
    quantile: float = 0.5
    floor: float = 0.1

    def __post_init__(self) -> None:
        check_unit_interval(self.quantile, "quantile")
        check_unit_interval(self.floor, "floor")

    def measure(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        return predicted_entropy(logits)

    def thresholds(self, histograms: ClassHistograms) -> Tensor:
        return histograms.quantile(self.quantile).nan_to_num(0).clamp(min=self.floor)

    def labels(self, logits: Tensor, thresholds: Tensor) -> Tensor:
        return entropy_pseudo_labels(logits, thresholds)


@dataclass(frozen=True)
class ConfidenceRule(PseudoLabelRule):
    """Self-training (ST): predictions of a high probability, the same for all classes.

    Args:
        portion: the share of all pixels to keep, the likeliest predictions, in (0, 1].
        threshold: instead of it, the probability from which on predictions are kept, in [0, 1].

    Source: Zou et al., CBST, ECCV 2018 (ST); ADVENT section 3.1.
    """

    name: ClassVar[str] = "confidence"
    portion: float | None = None
    threshold: float | None = None

    def __post_init__(self) -> None:
        if (self.portion is None) == (self.threshold is None):
            raise InputError(
                "the rule confidence needs either portion or threshold, got "
                f"{'neither' if self.portion is None else 'both'}"
            )
        if self.portion is not None:
            check_unit_interval(self.portion, "portion", "(0, 1]")
        else:
            check_unit_interval(self.threshold, "threshold")  # type: ignore[arg-type]

    def measure(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        return predicted_confidence(logits)

    def thresholds(self, histograms: ClassHistograms) -> Tensor:
        of_all = histograms.pooled().quantile(1 - (self.portion or 0), "lower")
        if self.threshold is not None:
            of_all = of_all.fill_(self.threshold)
        return of_all.repeat(len(histograms.counts))

    def labels(self, logits: Tensor, thresholds: Tensor) -> Tensor:
        return confidence_pseudo_labels(logits, float(thresholds[0]))


@dataclass(frozen=True)
class ClassBalancedRule(PseudoLabelRule):
    r"""Class-balanced self-training (CBST): each class keeps its own likeliest predictions.

    .. math:: t_c = \mathrm{quantile}_{1 - p} \{P^{(c)} : \arg\max P = c\}, \quad
        \hat y = \arg\max_c P^{(c)} / t_c, \quad \text{keep } P^{(\hat y)} \ge t_{\hat y}

    A class that is never predicted has the threshold 1. Where many probabilities share the
    histogram's last bin, more than the portion is kept.

    Args:
        portion: the paper's p in (0, 1]: 0.2 in its first round, 0.05 more in each.

    Source: Zou et al., CBST, ECCV 2018 (class-balanced self-training).
    """

    name: ClassVar[str] = "class_balanced"
    portion: float = 0.2

    def __post_init__(self) -> None:
        check_unit_interval(self.portion, "portion", "(0, 1]")

    def measure(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        return predicted_confidence(logits)

    def thresholds(self, histograms: ClassHistograms) -> Tensor:
        return histograms.quantile(1 - self.portion, "lower").nan_to_num(1)

    def labels(self, logits: Tensor, thresholds: Tensor) -> Tensor:
        return class_balanced_pseudo_labels(logits, thresholds)


RULES = {rule.name: rule for rule in (EntropyRule, ConfidenceRule, ClassBalancedRule)}


def build_rule(name: str, **arguments: float | None) -> PseudoLabelRule:
    """A rule by its name.

    Args:
        name: a key of :data:`RULES`.
        arguments: of the rule; one that is None is left out.

    Raises:
        InputError: if there is no such rule, or if it has not that argument or refuses its value.
    """
    rule = RULES[check_choice("rule", name, tuple(RULES))]
    given = {key: value for key, value in arguments.items() if value is not None}
    known = [field.name for field in fields(rule)]
    for key in given:
        if key not in known:
            raise InputError(f"the rule {name} has {' and '.join(known)}, got {key}")
    return rule(**given)
