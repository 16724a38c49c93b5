"""Losses that are read from the device when somebody looks at them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.hooks import RuntimeInfoHook
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from torch import Tensor


@HOOKS.register_module()
class DelayedLogHook(RuntimeInfoHook):
    """mmengine's ``RuntimeInfoHook``, which makes no iteration wait for the device.

    Upstream's reads every value of every iteration, and the device idles meanwhile. Here values are
    kept where they are, and read all at once as soon as a hook that counts iterations (its
    ``interval``), a validation or a checkpoint is due: what is logged and saved is the same.
    ``UDATrainLoop`` puts it in the place of upstream's.
    """

    def __init__(self) -> None:
        self._kept: list[Mapping[str, Any]] = []

    @classmethod
    def replace_upstreams(cls, runner: Runner) -> None:
        """Take the place of a runner's hook; one of another type is left alone."""
        for index, hook in enumerate(runner.hooks):
            if type(hook) is RuntimeInfoHook:
                own = cls()
                own.__dict__.update(hook.__dict__)
                runner.hooks[index] = own

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Keep the step's outputs; read them all if somebody looks now."""
        if outputs is not None:
            self._kept.append(outputs)
        if self._somebody_looks(runner, batch_idx):
            self._read(runner)

    def before_val(self, runner: Runner) -> None:
        """Read, as the log of a validation may look."""
        self._read(runner)
        super().before_val(runner)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Read, and take over what the checkpoint has copied before."""
        if self._kept and "message_hub" in checkpoint:
            self._read(runner)
            checkpoint["message_hub"] = runner.message_hub.state_dict()

    def after_train(self, runner: Runner) -> None:
        """Read what is left."""
        self._read(runner)
        super().after_train(runner)

    def _somebody_looks(self, runner: Runner, batch_idx: int) -> bool:
        intervals = (getattr(hook, "interval", None) for hook in runner.hooks)
        return self.end_of_epoch(runner.train_dataloader, batch_idx) or any(
            isinstance(interval, int) and self.every_n_train_iters(runner, interval)
            for interval in intervals
        )

    def _read(self, runner: Runner) -> None:
        for outputs in read_together(self._kept):
            for name, value in outputs.items():
                runner.message_hub.update_scalar(f"train/{name}", value)
        self._kept = []


def read_together(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same with numbers in place of tensors, which come from the device in one transfer.

    Args:
        outputs: values by name, numbers or tensors of one element.
    """
    tensors: dict[tuple, list[Tensor]] = defaultdict(list)
    for values in outputs:
        for value in values.values():
            if isinstance(value, Tensor):
                tensors[value.dtype, value.device].append(value.detach().reshape(()))
    numbers = {kind: iter(torch.stack(same).tolist()) for kind, same in tensors.items()}
    return [
        {
            name: next(numbers[value.dtype, value.device]) if isinstance(value, Tensor) else value
            for name, value in values.items()
        }
        for values in outputs
    ]
