"""AdaBN: norm statistics of the target, and nothing else."""

from collections.abc import Sequence
from typing import Any

from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.functional import chunked_mean, entropy
from mmadvent.models.adaptations.base import Adaptation, Step
from mmadvent.structures import LogitsLevel


@MODELS.register_module()
class AdaBN(Adaptation):
    r"""Pass the target through the network, so that its batch norms' running statistics track it.

    .. math:: \mu \leftarrow (1 - m) \mu + m\, \mu(x_t), \quad
        \sigma^2 \leftarrow (1 - m) \sigma^2 + m\, \sigma^2(x_t)

    There is no loss and no graph. Beside a source, whose batches move the same statistics, it is
    the control of the other methods: what they add is their distance to it. Alone, it adapts a
    trained network.

    Raises:
        InputError: if the network has no norms with running statistics.

    Source: Li et al., Revisiting Batch Normalization For Practical Domain Adaptation, ICLR 2017
    workshops.
    """

    has_target_gradient = False

    def build(self, network: Any, levels: Sequence[LogitsLevel]) -> None:
        """Look for norms."""
        # The norms that keep none have the attribute all the same.
        kept = (getattr(module, "running_mean", None) for module in network.modules())
        if all(mean is None for mean in kept):
            raise InputError(
                "AdaBN needs a network with norms that keep running statistics, such as BN, got "
                "none"
            )

    def target_losses(self, step: Step) -> dict[str, Tensor]:
        """No loss; for the log, the mean entropy of each level."""
        return {
            f"{output.level.name}.entropy": chunked_mean(
                entropy, output.logits.detach(), output.upsample, output.mask
            )
            for output in step.target.levels
        }
