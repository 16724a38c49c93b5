"""One forward of a discriminator for two losses."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class SharedForward:
    """What a discriminator says of a map, for two losses whose gradients go different ways.

    The network's adversarial loss needs the gradient of the map and none of the parameters, the
    discriminator's own loss the other way round. The released code runs the discriminator once for
    each, between which neither the map nor the parameters change.

    Args:
        discriminator: the discriminator, which is called at once.
        output_map: (N, C, H, W), without a graph.
    """

    def __init__(self, discriminator: nn.Module, output_map: Tensor) -> None:
        self._parameters = [p for p in discriminator.parameters() if p.requires_grad]
        self._precision = autocast_dtype(output_map)
        with torch.enable_grad():
            self._map = output_map.detach().requires_grad_()
            self._domain_logits = discriminator(self._map)

    def is_of_this_precision(self) -> bool:
        """Whether autocast is as it was: each of the two losses has an optimizer of its own."""
        return self._precision == autocast_dtype(self._map)

    def for_map(self, output_map: Tensor) -> Tensor:
        """The domain logits (N, 1, h, w) as a function of the map, whose graph this one has."""
        return _As.apply(self._domain_logits.detach(), self, [self._map], output_map)

    def for_parameters(self) -> Tensor:
        """The domain logits (N, 1, h, w) as a function of the parameters."""
        return _As.apply(self._domain_logits.detach(), self, self._parameters, *self._parameters)

    def gradients(self, leaves: list[Tensor], gradient: Tensor) -> tuple[Tensor | None, ...]:
        """The gradient of the map or of the parameters, from that of the domain logits."""
        return torch.autograd.grad(
            self._domain_logits, leaves, gradient, retain_graph=True, allow_unused=True
        )


def autocast_dtype(values: Tensor) -> torch.dtype | None:
    """What autocast has matrices multiplied in where ``values`` are; None where there is none."""
    device = values.device.type
    if not torch.amp.is_autocast_available(device):
        return None
    return torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else None


class _As(torch.autograd.Function):
    """The domain logits, which are there already, as a function of some of their leaves."""

    @staticmethod
    def forward(
        ctx: Any,
        domain_logits: Tensor,
        shared: SharedForward,
        leaves: list[Tensor],
        *inputs: Tensor,
    ) -> Tensor:
        ctx.shared, ctx.leaves = shared, leaves
        return domain_logits.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return None, None, None, *ctx.shared.gradients(ctx.leaves, gradient)
