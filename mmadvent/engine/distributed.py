"""The distributed wrapper that keeps the adaptation step."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from mmengine.dist import broadcast, is_distributed
from mmengine.hooks import EMAHook
from mmengine.model import MMDistributedDataParallel
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import MODEL_WRAPPERS
from mmengine.runner import Runner
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.models.parts import discriminators_of


def share_buffers(runner: Runner) -> None:
    """Give all processes the first one's buffers: what is evaluated is what a checkpoint holds.

    Each process moves the running statistics of its norms, and their averages where weights are
    averaged, by its own batches. Without this a validation measures as many networks as there are
    processes, each on its share of the images.
    """
    if is_distributed():
        averages = [hook.ema_model.module for hook in runner.hooks if isinstance(hook, EMAHook)]
        for model in (runner.model, *averages):
            for buffer in model.buffers():
                broadcast(buffer, src=0)


@MODEL_WRAPPERS.register_module()
class AdaptationDistributedDataParallel(MMDistributedDataParallel):
    """Run the model's adaptation step through the wrapper, so that gradients are synchronised.

    mmengine's own wrapper has a training step that ignores the model's; calling the model's
    directly would skip the synchronisation, and the processes would drift apart silently.

    A step averages each gradient over the processes once: the network's in the last of its backward
    passes, which sends what those before have left there, and the discriminators' in their own
    backward pass, by a second wrapper that knows nothing of the network.

    Args:
        module: a model with :class:`mmadvent.models.AdaptationStep`.
        kwargs: of :class:`mmengine.model.MMDistributedDataParallel`. Unused parameters are looked
            for by default, as a level may be left out, unless activations are checkpointed
            (``with_cp``): torch cannot do both.

    Raises:
        InputError: if the model has synchronised batch norms and lies on the CPU.
    """

    def __init__(self, module: nn.Module, **kwargs: Any) -> None:
        checkpointed = any(getattr(part, "with_cp", False) for part in module.modules())
        kwargs.setdefault("find_unused_parameters", not checkpointed)
        kwargs.setdefault("broadcast_buffers", False)
        _check_norms(module)
        discriminators = _Discriminators(module)
        # A wrapper sends all the gradients that it knows of with every pass, used or not.
        self._set_params_and_buffers_to_ignore_for_model(module, discriminators.names())
        super().__init__(module=module, **kwargs)
        # A tuple, because they are part of ``module`` already.
        self._discriminators: tuple[MMDistributedDataParallel, ...] = ()
        if any(parameter.requires_grad for parameter in discriminators.parameters()):
            self._discriminators = (MMDistributedDataParallel(discriminators, **kwargs),)

    def train_step(
        self, data: dict, optim_wrapper: OptimWrapper | OptimWrapperDict
    ) -> dict[str, Tensor]:
        """The model's adaptation step, with this wrapper as the way into it."""
        return self.module.adaptation_step(data, optim_wrapper, self)

    def forward(self, *args: Any, mode: str = "tensor", **kwargs: Any) -> Any:
        """The model's forward, through the wrapper of the parameters that ``mode`` trains."""
        if mode == "discriminator":
            (wrapper,) = self._discriminators
            return wrapper(*args, mode=mode, **kwargs)
        return super().forward(*args, mode=mode, **kwargs)

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        """Leave the gradients of forward passes within this context to a later pass."""
        with ExitStack() as stack:
            stack.enter_context(super().no_sync())
            for wrapper in self._discriminators:
                stack.enter_context(wrapper.no_sync())
            yield


def _check_norms(model: nn.Module) -> None:
    synchronized = [module for module in model.modules() if isinstance(module, nn.SyncBatchNorm)]
    if synchronized and next(model.parameters()).device.type == "cpu":
        raise InputError(
            "batch norms are synchronised on an accelerator only: on the CPU leave out sync_bn and "
            f"use BN in place of SyncBN, got {len(synchronized)} SyncBatchNorm layers"
        )


class _Discriminators(nn.Module):
    """The discriminators' part of a model: its forward, but no other parameters."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._model = [model]  # in a list, so that its parameters are not ours
        self.discriminators = discriminators_of(model)

    def names(self) -> list[str]:
        """The names of their parameters and buffers in the model."""
        ours = {id(value) for value in (*self.parameters(), *self.buffers())}
        (model,) = self._model
        everything = (*model.named_parameters(), *model.named_buffers())
        return [name for name, value in everything if id(value) in ours]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._model[0](*args, **kwargs)
