"""One iteration of AdvEnt as the released code orders it."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from benchmarks.speed.released.losses import (
    cross_entropy,
    domain_loss,
    self_information,
    upsample_logits,
)

SUPERVISED = {"aux": 0.1, "main": 1.0}
ADVERSARIAL = {"aux": 0.0002, "main": 0.001}
SOURCE, TARGET = 1.0, 0.0


def adversarial_losses(logits: Mapping[str, Tensor], judges: Mapping[str, nn.Module]) -> Tensor:
    """Eq. 8 over both outputs; ``logits`` are those of the target, at the size of the image."""
    losses = [
        ADVERSARIAL[name] * domain_loss(judges[name](_map(logits[name])), SOURCE) for name in logits
    ]
    return torch.stack(losses).sum()


def train_judges(
    source: Mapping[str, Tensor], target: Mapping[str, Tensor], judges: Mapping[str, nn.Module]
) -> None:
    """Gradients of eq. 7 for both outputs, one backward for each domain and output."""
    for logits, label in ((source, SOURCE), (target, TARGET)):
        for name, judge in judges.items():
            (domain_loss(judge(_map(logits[name].detach())), label) / 2).backward()


class AdvEntStep:
    """Network, two discriminators, three optimizers.

    Args:
        network: gives logits of each output, and has their classifiers by the outputs' names.
        judges: the discriminators by the same names, ``aux`` and ``main`` or ``main`` alone.
    """

    def __init__(self, network: nn.Module, judges: dict[str, nn.Module]) -> None:
        self.network = network.train()
        self.judges = judges
        heads = [p for name in judges for p in getattr(network, name).parameters()]
        body = [p for p in network.backbone.parameters() if p.requires_grad]
        self.optimizers: list[torch.optim.Optimizer] = [
            torch.optim.SGD(
                [{"params": body, "lr": 2.5e-4}, {"params": heads, "lr": 2.5e-3}],
                momentum=0.9,
                weight_decay=5e-4,
            )
        ]
        for judge in judges.values():
            self.optimizers.append(torch.optim.Adam(judge.parameters(), 1e-4, betas=(0.9, 0.99)))

    def __call__(self, source: Tensor, labels: Tensor, target: Tensor) -> None:
        """Train on preprocessed images (N, 3, H, W) and labels (N, H, W) of the source."""
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        self._freeze_judges(True)
        of_source = self._predict(source)
        losses = [SUPERVISED[name] * cross_entropy(z, labels) for name, z in of_source.items()]
        torch.stack(losses).sum().backward()
        of_target = self._predict(target)
        adversarial_losses(of_target, self.judges).backward()
        self._freeze_judges(False)
        train_judges(of_source, of_target, self.judges)
        for optimizer in self.optimizers:
            optimizer.step()

    def _predict(self, images: Tensor) -> dict[str, Tensor]:
        size = (images.shape[2], images.shape[3])
        outputs = zip(self.judges, self.network(images), strict=True)
        return {name: upsample_logits(logits, size) for name, logits in outputs}

    def _freeze_judges(self, frozen: bool) -> None:
        for judge in self.judges.values():
            for parameter in judge.parameters():
                parameter.requires_grad = not frozen


def _map(logits: Tensor) -> Tensor:
    return self_information(logits.softmax(dim=1))
