"""The end of a training whose numbers are no numbers any more."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.optim import AmpOptimWrapper, OptimWrapperDict
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from mmadvent.errors import InputError
from mmadvent.io.work_dir import POINTER

WEIGHTS = "weights"
SUMS = ("loss", "loss_discriminator")


class _Seen(NamedTuple):
    """What an iteration gave, on its way to the host."""

    iteration: int
    names: list[str]
    values: Tensor
    copied: Any
    """The event after the copy; None if there was nothing to wait for."""


@HOOKS.register_module()
class FiniteHook(Hook):
    """Stop a training at its first loss or weight that is not finite.

    Each iteration's losses and the greatest absolute value of all weights and buffers are one small
    tensor. On a GPU it is copied into pinned memory without waiting, an event behind it, and looked
    at in a later iteration, once that event has passed: no step waits for the device, and a fault
    is told an iteration or two after it happened, by its own number. What is still on its way is
    waited for before a checkpoint is saved, before a validation and at the end, so none that is not
    finite takes the place of a good one. On a processor an iteration is looked at at once.

    With a loss scaler (``AmpOptimWrapper``) a step whose gradients overflow is skipped and the
    scale is lowered; such losses are let pass for ``patience`` iterations in a row.

    Args:
        patience: iterations in a row whose losses may overflow under a loss scaler.

    Raises:
        InputError: while training, naming the iteration, the domain, the level and the loss, or the
            weight.
    """

    priority = "LOW"  # the schedulers' own, which step after; before any checkpoint

    def __init__(self, patience: int = 20) -> None:
        self.patience = patience
        self._tensors: list[Tensor] = []
        self._pending: deque[_Seen] = deque()
        self._overflows = 0

    def before_train(self, runner: Runner) -> None:
        network = _network(runner)
        everything = (*network.parameters(), *network.buffers())
        self._tensors = [value.detach() for value in everything if value.is_floating_point()]
        self._pending.clear()

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | None = None,
        outputs: dict | None = None,
    ) -> None:
        losses = {
            name: value
            for name, value in (outputs or {}).items()
            if "loss" in name and isinstance(value, Tensor)
        }
        greatest = get_total_norm(self._tensors, norm_type=float("inf"))
        values = [value.detach().reshape(()).to(greatest) for value in losses.values()]
        packed, copied = _to_host(torch.stack([*values, greatest]))
        self._pending.append(_Seen(runner.iter + 1, [*losses, WEIGHTS], packed, copied))
        self._look(runner, wait=False)

    def before_val(self, runner: Runner) -> None:
        self._look(runner)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        self._look(runner)

    def after_train(self, runner: Runner) -> None:
        self._look(runner)
        self._tensors = []

    def _look(self, runner: Runner, wait: bool = True) -> None:
        """At all that has arrived."""
        while self._pending:
            copied = self._pending[0].copied
            if copied is not None and not copied.query():
                if not wait:
                    return
                copied.synchronize()
            self._check(runner, self._pending.popleft())

    def _check(self, runner: Runner, seen: _Seen) -> None:
        finite = seen.values.isfinite().tolist()
        if all(finite):
            self._overflows = 0
            return
        odd = [name for name, good in zip(seen.names, finite, strict=True) if not good]
        if finite[-1] and _scales(runner.optim_wrapper) and self._overflows < self.patience:
            self._overflows += 1
            return
        # A sum says less than what is summed up; weights say less than the loss that comes first.
        name = min(odd, key=lambda each: (each == WEIGHTS, each in SUMS))
        value = seen.values[seen.names.index(name)].item()
        network = _network(runner)
        what = _odd_weight(network) if name == WEIGHTS else _loss(network, name)
        raise InputError(
            f"the losses and weights of a training must be finite, got {value} in iteration "
            f"{seen.iteration} for {what}; {_left(Path(runner.work_dir))}"
        )


def _network(runner: Runner) -> Any:
    return runner.model.module if is_model_wrapper(runner.model) else runner.model


def _to_host(values: Tensor) -> tuple[Tensor, Any]:
    """The values, and the event that passes when they have arrived, if they are on their way."""
    if not values.is_cuda:
        return values, None
    host = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
    host.copy_(values, non_blocking=True)
    copied = torch.cuda.Event()
    copied.record()
    return host, copied


def _scales(wrapper: Any) -> bool:
    wrappers = wrapper.values() if isinstance(wrapper, OptimWrapperDict) else [wrapper]
    return any(isinstance(each, AmpOptimWrapper) for each in wrappers)


def _loss(network: Any, name: str) -> str:
    """A loss in words, from the name that it has in the log: METHOD.LEVEL.LOSS or LEVEL.LOSS."""
    *where, _ = name.split(".")
    methods = [type(method).__name__ for method in getattr(network, "adaptation", ())]
    prefix = where[0].partition("_")[0] if where else ""
    method = next((each for each in methods if each.lower() == prefix), None)
    if method is None:
        domain = "both domains" if name in SUMS else "the source"
        return f"the loss '{name}' of {domain}" + _level(where)
    domain = "both domains" if name.endswith("loss_dis") else "the target"
    return f"the loss '{name}' of {method} on {domain}" + _level(where[1:])


def _level(where: Sequence[str]) -> str:
    return f" at the level '{where[0]}'" if where else ""


def _odd_weight(network: nn.Module) -> str:
    everything = (*network.named_parameters(), *network.named_buffers())
    odd = (name for name, value in everything if not value.isfinite().all())
    return f"the weight '{next(odd, 'of a step that is past')}'"


def _left(work_dir: Path) -> str:
    pointer = work_dir / POINTER
    if not pointer.is_file():
        return "no checkpoint was saved before"
    return f"the last checkpoint before is '{Path(pointer.read_text().strip()).name}'"
