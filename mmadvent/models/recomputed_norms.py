"""Norms and activations that a backward pass computes again instead of keeping."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint, create_selective_checkpoint_contexts

# What is between the outputs of blocks is kept once for so many: more need more at once.
_BLOCKS = 3
# Convolutions, and the weights that autocast has cast for them.
_KEPT = [torch.ops.aten.convolution.default, torch.ops.aten._to_copy.default]


def long_stages(backbone: nn.Module) -> list[nn.Sequential]:
    """The stages of a residual network that have enough blocks to be worth recomputing.

    Args:
        backbone: one of OpenMMLab's ResNets, whose ``res_layers`` names its stages. Others have
            none: a block must not write on its input.
    """
    stages = [getattr(backbone, name) for name in getattr(backbone, "res_layers", ())]
    return [stage for stage in stages if len(stage) >= 2 * _BLOCKS]


@contextmanager
def recomputed_norms(stages: Sequence[nn.Sequential]) -> Iterator[None]:
    """Put it around a forward pass: of these stages torch keeps what convolutions give, no more.

    Norms, activations and sums are computed again in the backward pass, from the outputs of the
    convolutions and the input of every third block. That costs little, as they are little of the
    computation, and they are nearly half of what torch would keep of a bottleneck. Gradients are
    the same to the last bit.

    A stage whose blocks have ``with_cp`` is left alone: it keeps less than that.

    Args:
        stages: sequences of blocks that leave their input as it is.
    """
    changed = []
    if torch.is_grad_enabled():
        changed = [stage for stage in stages if not any(map(_is_checkpointed, stage))]
    for stage in changed:
        # Of the instance and for this pass alone: a copy of the model must not run our blocks.
        stage.forward = partial(_forward, stage)
    try:
        yield
    finally:
        for stage in changed:
            del stage.forward


def _is_checkpointed(block: nn.Module) -> bool:
    return getattr(block, "with_cp", False)


def _forward(stage: nn.Sequential, features: Tensor) -> Tensor:
    blocks = list(stage)
    contexts = partial(create_selective_checkpoint_contexts, _KEPT)
    for first in range(0, len(blocks), _BLOCKS):
        group = nn.Sequential(*blocks[first : first + _BLOCKS])
        features = checkpoint(group, features, use_reentrant=False, context_fn=contexts)
    return features
