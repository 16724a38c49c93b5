"""What a network hands to the adaptation methods: class logits, level by level."""

from dataclasses import dataclass, replace

from torch import Tensor

from mmadvent.functional.enlarging import Enlarging, enlarge


@dataclass(frozen=True)
class LogitsLevel:
    """One output of a network: a head of a segmentor, a feature level of a detector.

    Attributes:
        name: as in the logs, for example ``decode``, ``aux`` or ``level_0``.
        num_classes: length of the class axis of its logits.
        weight: weight of the level in the adaptation losses, >= 0; a segmentor's main level has 1,
            a detector's level its share of all anchors.
        stride: image pixels between neighbouring positions.
        maps: how many maps of positions each class has: a detector's anchors, 1 in a segmentor.
    """

    name: str
    num_classes: int
    weight: float = 1.0
    stride: int = 1
    maps: int = 1


@dataclass(frozen=True)
class ClassLogits:
    """Class scores before the softmax of one level.

    Attributes:
        level: where they come from.
        raw: (N, C, *cells), as the network gave them; the last two axes are the image's, one before
            them counts the level's maps.
        counted: which positions the methods look at, boolean of shape (N, *positions); None for
            all of them.
        enlarging: a segmentor's way from the cells to the positions, the pixels of the image; None
            where they are the same.
    """

    level: LogitsLevel
    raw: Tensor
    counted: Tensor | None = None
    enlarging: Enlarging | None = None

    @property
    def logits(self) -> Tensor:
        """(N, C, *positions), made anew by each call: a segmentor's are large.

        The functions of :mod:`mmadvent.functional.enlarged` take ``raw`` and ``enlarging`` instead.
        """
        return enlarge(self.raw, self.enlarging)


@dataclass(frozen=True)
class DomainOutput:
    """What a network said of a batch of one domain.

    Attributes:
        images: (N, 3, H, W), preprocessed.
        levels: the logits of every level that is not left out, the main one first.
        pseudo_labels: of the target, if a method needs them: (N, H, W) int64, the class of each
            pixel, 255 where there is none.
    """

    images: Tensor
    levels: tuple[ClassLogits, ...]
    pseudo_labels: Tensor | None = None

    def detach(self) -> "DomainOutput":
        """The same values, cut off from the network's graph."""
        levels = tuple(replace(level, raw=level.raw.detach()) for level in self.levels)
        return replace(self, levels=levels)
