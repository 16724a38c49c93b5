"""The contract of an adaptation method."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mmengine.model import BaseModule, ModuleDict
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.structures import DomainOutput, LogitsLevel


@dataclass
class Step:
    """One training step as the methods see it: it travels through all of their questions.

    Attributes:
        network: the model, without any wrapper around it.
        iteration: number of the iteration, from 0 on.
        source: images and labels of the source's batch and, if a method needs them, the network's
            logits, detached; None where there is no source.
        target: images of the target's batch and the network's logits, which carry gradients in
            :meth:`Adaptation.target_losses` alone. No logits where no method asks for them.
        stepped: whether the network's optimizer has stepped in this iteration. False up to
            :meth:`Adaptation.after_step`, and there while gradients are accumulated.
    """

    network: Any
    iteration: int = 0
    source: DomainOutput | None = None
    target: DomainOutput = None  # type: ignore[assignment]  # there before any question
    stepped: bool = False
    _notes: dict[nn.Module, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    def forward(self, images: Tensor, mask: Tensor | None = None) -> DomainOutput:
        """Another pass of the network, with gradients to it: for example over mixed images.

        ``mask`` (N, H, W) marks the pixels that are no padding; None for all of them.

        Questions are asked within the forward of whatever wrapper is around the network, so a
        distributed wrapper synchronises these gradients with all others.
        """
        return self.network.target_forward(images, mask)

    def notes(self, method: nn.Module) -> dict[str, Any]:
        """What ``method`` hands from one of its questions to the next; gone after the step."""
        return self._notes[method]


class Adaptation(BaseModule):
    """One unsupervised domain adaptation method: what it asks of the network's predictions.

    At each iteration an active method answers these questions, in this order: which losses the
    network gets on the target (:meth:`target_losses`), on passes of the method's own
    (:meth:`further_losses`), which losses the method's discriminators get
    (:meth:`discriminator_losses`), and what happens after the optimizers (:meth:`after_step`). A
    question that a method does not override is not asked. Methods compose: a model holds a list.

    Positions that :attr:`ClassLogits.mask` leaves out, padding among them, take no part, and a
    level multiplies its losses with its weight.

    Keys of a returned dict name what the value is. Those that contain ``loss`` are added up and
    minimised, all others are only logged; the step puts the name of the method before the key, so
    that name must not contain ``loss``.

    Attributes:
        discriminators: one per level, or empty. Their parameters have an optimizer of their own.
        active: whether the method asks anything at all; an inactive one costs nothing.
        needs_source: whether it looks at the network's logits on the source. Without such a method
            they are not kept.
        needs_pseudo_labels: whether it looks at the target's pseudo-labels. Without such a method
            nothing of a target's data samples is read.
        has_target_gradient: whether :meth:`target_losses` returns losses. Without such a method the
            target passes through the network without a graph.
        classes: names of the classes that the method's numbers are of, in the model's order, where
            they are known.
        min_side: pixels that an image needs in height and width.
    """

    needs_source: ClassVar[bool] = False
    needs_pseudo_labels: ClassVar[bool] = False
    has_target_gradient: ClassVar[bool] = True
    active: bool = True
    classes: tuple[str, ...] | None = None
    min_side: int = 1

    def __init__(self, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        self.discriminators = ModuleDict()

    def build(self, network: Any, levels: Sequence[LogitsLevel]) -> None:
        """Build what depends on the network, once: before optimizers, wrapper and resume.

        Args:
            network: the model that adapts; its weights are not loaded yet.
            levels: of its outputs, those that are not left out.
        """

    def target_losses(self, step: Step) -> dict[str, Tensor]:
        """Losses of the network on the target, whose logits carry gradients.

        No gradient may reach the parameters of the discriminators.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define target_losses")

    def further_losses(self, step: Step) -> dict[str, Tensor]:
        """Losses of the network on passes of the method's own, which :meth:`Step.forward` runs."""
        raise NotImplementedError(f"{type(self).__name__} does not define further_losses")

    def discriminator_losses(self, step: Step) -> dict[str, Tensor]:
        """Losses of the discriminators on the detached outputs of both domains."""
        raise NotImplementedError(f"{type(self).__name__} does not define discriminator_losses")

    def after_step(self, step: Step) -> None:
        """What follows the optimizers, for example the move of a mean teacher."""

    def asks(self, question: str) -> bool:
        """Whether the method is active and overrides ``question``, the name of a method."""
        return self.active and getattr(type(self), question) is not getattr(Adaptation, question)


def check_same_classes(method: nn.Module, levels: Sequence[LogitsLevel]) -> None:
    """Check that one label map fits all levels.

    Raises:
        InputError: if a level has another number of classes than the first.
    """
    main, *others = levels
    for level in others:
        if level.num_classes != main.num_classes:
            raise InputError(
                f"{type(method).__name__} trains all levels on the same labels: they must have the "
                f"{main.num_classes} classes of '{main.name}' or a weight of 0 in "
                f"model.level_weights, got {level.num_classes} classes for '{level.name}'"
            )
