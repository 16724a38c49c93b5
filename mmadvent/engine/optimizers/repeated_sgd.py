"""SGD as the released code has it: most parameters step several times an iteration."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from mmengine.registry import OPTIMIZERS
from torch import Tensor

from mmadvent.checks import check_loss_weight, check_unit_interval
from mmadvent.errors import InputError


@OPTIMIZERS.register_module()
class RepeatedSGD(torch.optim.Optimizer):
    r"""SGD with momentum that steps each parameter ``repeats`` times with one gradient.

    The released code of ADVENT lists most convolutions of the backbone three times among the
    parameters of its SGD, some four times. An SGD that is given a parameter r times does, in each
    iteration, r times in a row, with one momentum buffer b:

    .. math:: d \leftarrow d + w\,\theta, \quad b \leftarrow \mu\, b + d, \quad
              \theta \leftarrow \theta - \eta\, b

    where d is the gradient at first, and b is 0 before the first iteration. Up to torch 1.4, which
    the code was written for, the weight decay w is added to the gradient itself, so that the second
    time it counts twice. From torch 1.5 on, d starts from the gradient each time.

    Here no parameter is listed twice. ``repeats`` is an option of a group of parameters: in a
    config, of ``paramwise_cfg.custom_keys``.

    Args:
        params: parameters or groups of them.
        lr: :math:`\eta`, finite and >= 0.
        momentum: :math:`\mu`, in [0, 1).
        weight_decay: w, finite and >= 0.
        repeats: how often a parameter steps in an iteration, an integer >= 1.
        decay_adds_up: whether the weight decay adds up in an iteration, as up to torch 1.4.

    Raises:
        InputError: if an argument is outside its range.

    Source: the code released with Vu et al., ADVENT, CVPR 2019.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        repeats: int = 1,
        decay_adds_up: bool = True,
    ) -> None:
        check_loss_weight(lr, "lr")
        check_loss_weight(weight_decay, "weight_decay")
        check_unit_interval(momentum, "momentum", "[0, 1)")
        defaults = dict(
            lr=lr,
            momentum=momentum,
            weight_decay=weight_decay,
            repeats=repeats,
            decay_adds_up=decay_adds_up,
        )
        super().__init__(params, defaults)
        for group in self.param_groups:
            repeats = group["repeats"]
            if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
                raise InputError(f"repeats must be an integer >= 1, got {repeats!r}")

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:
        """Step each parameter that has a gradient, ``repeats`` times."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._step(parameter, group)
        return loss

    def _step(self, parameter: Tensor, group: dict[str, Any]) -> None:
        lr, momentum, decay = group["lr"], group["momentum"], group["weight_decay"]
        state = self.state[parameter]
        if momentum and "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        direction = parameter.grad
        for _ in range(group["repeats"]):
            if decay:
                start = direction if group["decay_adds_up"] else parameter.grad
                direction = start.add(parameter, alpha=decay)
            if momentum:
                state["momentum_buffer"].mul_(momentum).add_(direction)
            parameter.add_(state["momentum_buffer"] if momentum else direction, alpha=-lr)
