"""What a network hands to the adaptation methods: class logits, level by level."""

from dataclasses import dataclass, replace

from torch import Tensor


@dataclass(frozen=True)
class LogitsLevel:
    """One output of a network: a head of a segmentor, a feature level of a detector.

    Attributes:
        name: as in the logs, for example ``decode`` or ``aux``.
        num_classes: length of the class axis of its logits.
        weight: weight of the level in every adaptation loss, >= 0; the main level has 1.
    """

    name: str
    num_classes: int
    weight: float = 1.0


@dataclass(frozen=True)
class ClassLogits:
    """Class scores before the softmax of one level.

    Attributes:
        level: where they come from.
        logits: (N, C, *positions).
    """

    level: LogitsLevel
    logits: Tensor


@dataclass(frozen=True)
class DomainOutput:
    """What a network said of a batch of one domain.

    Attributes:
        images: (N, 3, H, W), preprocessed.
        levels: the logits of every level whose weight is not 0, the main one first.
    """

    images: Tensor
    levels: tuple[ClassLogits, ...]

    def detach(self) -> "DomainOutput":
        """The same values, cut off from the network's graph."""
        levels = tuple(replace(level, logits=level.logits.detach()) for level in self.levels)
        return replace(self, levels=levels)
