"""The contract of an adaptation method."""

from collections.abc import Sequence

from mmengine.model import BaseModule, ModuleDict
from torch import Tensor, nn

from mmadvent.structures import DomainOutput, LogitsLevel


class Adaptation(BaseModule):
    """One unsupervised domain adaptation method: what it asks of the target's predictions.

    A method answers three questions over the outputs of the network, in this order at each
    iteration: which losses the network gets on the target (:meth:`target_losses`), which losses
    the method's own discriminators get (:meth:`discriminator_losses`), and what happens after the
    optimizers have stepped (:meth:`after_step`). Methods compose: a model holds a list of them.

    Positions that :attr:`ClassLogits.mask` leaves out take no part, and a level multiplies its
    losses with its weight.

    Keys of a returned dict name what the value is. Those that contain ``loss`` are added up and
    minimised, all others are only logged; the step puts the name of the method before the key.

    Attributes:
        discriminators: one per level, or empty. Their parameters have an optimizer of their own.
        active: whether the method asks anything at all; an inactive one costs nothing.
        needs_source: whether it looks at the network's outputs on the source. Without such a
            method they are not kept, and ``source`` is None in :meth:`after_step`.
        needs_pseudo_labels: whether it looks at the target's pseudo-labels. Without such a method
            nothing of a target's data samples is read.
    """

    active: bool = True
    needs_source: bool = False
    needs_pseudo_labels: bool = False

    def __init__(self, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        self.discriminators = ModuleDict()

    def bind(self, levels: Sequence[LogitsLevel]) -> None:
        """Learn the network's levels, once, before training; build per-level parts here."""

    def target_losses(self, target: DomainOutput) -> dict[str, Tensor]:
        """Losses of the network on a target batch, whose logits carry gradients.

        No gradient may reach the parameters of the discriminators.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define target_losses")

    def discriminator_losses(self, source: DomainOutput, target: DomainOutput) -> dict[str, Tensor]:
        """Losses of the discriminators on detached outputs of both domains."""
        return {}

    def after_step(
        self, network: nn.Module, source: DomainOutput | None, target: DomainOutput
    ) -> None:
        """Hook after all optimizers have stepped, for example to move a mean teacher."""
