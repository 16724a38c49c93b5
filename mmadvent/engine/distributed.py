"""The distributed wrapper that keeps the adaptation step."""

from typing import Any

from mmengine.model import MMDistributedDataParallel
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import MODEL_WRAPPERS
from torch import Tensor, nn


@MODEL_WRAPPERS.register_module()
class AdaptationDistributedDataParallel(MMDistributedDataParallel):
    """Run the model's adaptation step through the wrapper, so that gradients are synchronised.

    mmengine's own wrapper has a training step that ignores the model's; calling the model's
    directly would skip the synchronisation, and the processes would drift apart silently.

    Args:
        module: a model with :class:`mmadvent.models.AdaptationStep`.
        kwargs: of :class:`mmengine.model.MMDistributedDataParallel`. Unused parameters are looked
            for by default: each part of the step uses only some.
    """

    def __init__(self, module: nn.Module, **kwargs: Any) -> None:
        kwargs.setdefault("find_unused_parameters", True)
        kwargs.setdefault("broadcast_buffers", False)
        super().__init__(module=module, **kwargs)

    def train_step(
        self, data: dict, optim_wrapper: OptimWrapper | OptimWrapperDict
    ) -> dict[str, Tensor]:
        """The model's adaptation step, with this wrapper as the way into it."""
        return self.module.adaptation_step(data, optim_wrapper, self)
