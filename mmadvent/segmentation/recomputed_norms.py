"""Norms and activations that a backward pass computes again instead of keeping."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial

import torch
import torch.nn.functional as F
from mmseg.models.backbones.resnet import BasicBlock, Bottleneck
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

_RECIPE = "mmadvent_recipe"  # an attribute of a block's output, for the next block


def plain_stages(backbone: nn.Module) -> list[nn.Sequential]:
    """The stages of one of mmseg's ResNets whose blocks are convolutions and batch norms, no more.

    Not those with plugins, deformable convolutions or other norms, and not those with ``with_cp``,
    which keep less.

    Args:
        backbone: any; all but ResNets have none.
    """
    stages = [getattr(backbone, name) for name in getattr(backbone, "res_layers", ())]
    return [stage for stage in stages if all(map(_is_plain, stage))]


@contextmanager
def recomputed_norms(stages: Sequence[nn.Sequential]) -> Iterator[None]:
    """Put it around a forward pass: of these stages torch keeps what convolutions give, and little.

    A convolution needs its input for the gradient of its weights, and the activation before it the
    same numbers. Within a block these are relu(norm(x)), and between blocks relu(norm(x) + input),
    of an x that a convolution gives and that is kept for the norm in any case. So the backward pass
    computes the first again, and the second for every other block, from the batch's statistics and
    without counting it twice. A bottleneck keeps two thirds of what it would. Gradients are the
    same to the last bit.

    Args:
        stages: as :func:`plain_stages` gives them.
    """
    changed = []
    for stage in stages if torch.is_grad_enabled() else ():
        for number, block in enumerate(reversed(stage)):
            # The stage's output, and a shortcut that is computed, would be kept for others.
            again = number % 2 == 1 and block.downsample is None
            # Of the instance and for this pass alone: a copy of the model must not run it.
            block.forward = partial(_forward, block, again)
            changed.append(block)
    try:
        yield
    finally:
        for block in changed:
            del block.forward


def _is_plain(block: nn.Module) -> bool:
    if type(block) not in (BasicBlock, Bottleneck) or block.with_cp:
        return False
    return (
        not getattr(block, "with_plugins", False)
        and type(block.relu) is nn.ReLU
        and {type(module) for module in _parts(block, "conv")} == {nn.Conv2d}
        and {type(module) for module in _parts(block, "norm")} == {nn.BatchNorm2d}
    )


def _parts(block: nn.Module, kind: str) -> list[nn.Module]:
    count = 3 if isinstance(block, Bottleneck) else 2
    return [getattr(block, f"{kind}{number}") for number in range(1, count + 1)]


def _forward(block: nn.Module, again: bool, features: Tensor) -> Tensor:
    """The block's own forward, which keeps less: also of its output, if that is made again."""
    (first, *convolutions), (*norms, last) = _parts(block, "conv"), _parts(block, "norm")
    recipe = getattr(features, _RECIPE, None)
    with recipe.replaces(features) if recipe else nullcontext():
        out = first(features)
    for norm, convolution in zip(norms, convolutions, strict=True):
        recipe = _Recipe(_repeatable(norm, out))
        out = norm(out)
        with recipe.replaces(out):
            out = convolution(block.relu(out))
    normed = _repeatable(last, out)
    out = last(out)
    shortcut = features if block.downsample is None else block.downsample(features)
    out += shortcut
    if not again:
        return block.relu(out)
    shortcut = shortcut.detach()
    recipe = _Recipe(lambda: normed().add_(shortcut))
    with recipe.replaces(out):
        out = block.relu(out)
    setattr(out, _RECIPE, recipe)
    return out


def _repeatable(norm: nn.Module, features: Tensor) -> Callable[[], Tensor]:
    """The norm of the features, as it is now, which leaves running statistics as they are."""
    of_batch = norm.training or norm.running_mean is None
    return partial(
        F.batch_norm,
        features.detach(),
        running_mean=None if of_batch else norm.running_mean,
        running_var=None if of_batch else norm.running_var,
        weight=norm.weight,
        bias=norm.bias,
        training=of_batch,
        eps=norm.eps,
    )


class _Recipe:
    """An activation's output as what it is made from: relu(sums()).

    Two operations keep it, the activation and the convolution after it, and in a backward pass they
    ask for it one right after the other: the second is given what the first was.
    """

    def __init__(self, sums: Callable[[], Tensor]) -> None:
        self.sums = sums
        self.made: Tensor | None = None

    def replaces(self, tensor: Tensor) -> saved_tensors_hooks:
        """Within it operations keep the recipe for whatever lies where the tensor does."""
        place = tensor.data_ptr()

        def pack(kept: Tensor) -> "Tensor | _Recipe":
            return self if kept.data_ptr() == place else kept

        def unpack(packed: "Tensor | _Recipe") -> Tensor:
            return packed.give() if isinstance(packed, _Recipe) else packed

        return saved_tensors_hooks(pack, unpack)

    def give(self) -> Tensor:
        if self.made is not None:
            made, self.made = self.made, None
            return made
        with torch.no_grad():
            self.made = self.sums().relu_()
        return self.made
