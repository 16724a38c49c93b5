"""Earlier translations, on which a discriminator learns too."""

import random
from typing import Any

import torch
from torch import Tensor, nn

from mmadvent.errors import InputError


class ImagePool(nn.Module):
    """Return translations of now and of earlier, so that a discriminator forgets none.

    Until the pool is full every image is put into it and returned. Then, with a chance of one half,
    an image is exchanged for a random one of the pool, which is returned in its place. What belongs
    to an image, its label, stays with it. The draws are of Python's generator, which the training
    loop seeds by the iteration.

    The pool is part of the state dict: a resumed run goes on with it.

    Args:
        size: number of images; 0 returns the translations of now.

    Source: Shrivastava et al., CVPR 2017; Zhu et al., CycleGAN, ICCV 2017, which keeps 50.
    """

    def __init__(self, size: int = 50) -> None:
        super().__init__()
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise InputError(f"pool_size must be an integer >= 0, got {size!r}")
        self.size = size
        self._stored: list[tuple[Tensor, ...]] = []

    def exchange(self, *batches: Tensor) -> tuple[Tensor, ...]:
        """Batches of the same number of images, labels, ...: those to learn on.

        All are without a graph.
        """
        if self.size == 0:
            return batches
        chosen = [self._exchange(item) for item in zip(*batches, strict=True)]
        return tuple(torch.stack(items) for items in zip(*chosen, strict=True))

    def _exchange(self, item: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        if len(self._stored) < self.size:
            self._stored.append(tuple(part.clone() for part in item))
            return item
        if random.random() < 0.5:
            return item
        place = random.randrange(self.size)
        earlier = self._stored[place]
        if any(a.shape != b.shape for a, b in zip(earlier, item, strict=True)):
            return item  # a crop of another size cannot join the batch
        self._stored[place] = tuple(part.clone() for part in item)
        return tuple(part.to(item[0].device) for part in earlier)  # a resumed run's are on the CPU

    def get_extra_state(self) -> list[tuple[Tensor, ...]]:
        """The stored images, for the state dict."""
        return list(self._stored)

    def set_extra_state(self, state: Any) -> None:
        """Take over stored images."""
        self._stored = [tuple(item) for item in state][: self.size]
