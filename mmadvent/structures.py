"""What a network hands to the adaptation methods: class logits, level by level."""

from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from mmadvent.functional.upsample import Upsample, upsample_logits


@dataclass(frozen=True)
class LogitsLevel:
    """One output of a network: a head of a segmentor, a feature level of a detector.

    Attributes:
        name: as in the logs, for example ``decode``, ``aux`` or ``level_0``.
        num_classes: length of the class axis of its logits.
        weight: weight of the level in the adaptation losses, >= 0; a segmentor's main level has 1,
            a detector's level its share of all anchors, on the device where masks decide it.
        stride: image pixels between neighbouring positions.
        num_anchors: how many predictions of each class a position has: 1 in a segmentor.
    """

    name: str
    num_classes: int
    weight: float = 1.0
    stride: int = 1
    num_anchors: int = 1


@dataclass(frozen=True)
class ClassLogits:
    """Class scores before the softmax of one level.

    Attributes:
        level: where they come from.
        logits: (N, C, *cells), at the network's resolution; the last two axes are the image's, one
            before them counts the anchors.
        mask: which positions the methods look at, boolean of shape (N, *positions); None for all of
            them.
        upsample: how a segmentor's cells become positions, the pixels of the image; None where they
            are the same.
    """

    level: LogitsLevel
    logits: Tensor
    mask: Tensor | None = None
    upsample: Upsample | None = None

    def upsampled(self) -> Tensor:
        """(N, C, *positions), made anew by each call: a segmentor's are large.

        The functions of :mod:`mmadvent.functional.chunked_upsampling` never hold them whole.
        """
        return upsample_logits(self.logits, self.upsample)


@dataclass(frozen=True)
class DomainOutput:
    """What a network said of a batch of one domain.

    Attributes:
        images: (N, 3, H, W), preprocessed.
        levels: the logits of every level that is not left out, the main one first; empty where no
            method asks for them.
        pseudo_labels: of the target, if a method needs them: (N, H, W) int64, the class of each
            pixel, 255 where there is none.
        labels: of the source: a segmentor's label maps, (N, H, W) int64, 255 where the main head
            ignores them, or a detector's boxes and classes, one ``InstanceData`` an image.
        mask: which pixels are of the images, boolean (N, H, W); None where none is padded. The
            levels' own masks leave the padding out too.
    """

    images: Tensor
    levels: tuple[ClassLogits, ...] = ()
    pseudo_labels: Tensor | None = None
    labels: Any = None
    mask: Tensor | None = None

    def detach(self) -> "DomainOutput":
        """The same values, cut off from the network's graph."""
        levels = tuple(replace(level, logits=level.logits.detach()) for level in self.levels)
        return replace(self, levels=levels)
