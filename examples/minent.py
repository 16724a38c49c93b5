"""MinEnt and AdvEnt in plain torch: no config, no registry, no data on disk.

    python examples/minent.py --method minent|advent

A small network learns to segment labelled images (the source), from step 60 on it also adapts to
darker and noisier ones (the target), whose labels are for the printed accuracy alone.
"""

import argparse
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmadvent import functional as AF
from mmadvent.models import SelfInfoDiscriminator

COLORS = torch.tensor([[0.9, 0.2, 0.2], [0.2, 0.8, 0.3], [0.2, 0.3, 0.9], [0.8, 0.8, 0.2]])
CLASSES = len(COLORS)


def batch(shifted: bool, images: int = 8, size: int = 32) -> tuple[Tensor, Tensor]:
    """Blocks of classes: images (N, 3, H, W) and labels (N, H, W), source or (shifted) target."""
    blocks = torch.randint(CLASSES, (images, size // 8, size // 8))
    labels = blocks.repeat_interleave(8, dim=1).repeat_interleave(8, dim=2)
    clean = COLORS[labels].permute(0, 3, 1, 2)
    if shifted:
        clean = 0.4 * clean + 0.1
    return clean + (0.2 if shifted else 0.1) * torch.randn_like(clean), labels


def accuracy(network: nn.Module) -> float:
    """Share of target pixels that get their class."""
    images, labels = batch(shifted=True, images=32)
    with torch.no_grad():
        return (network(images).argmax(dim=1) == labels).float().mean().item()


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--method", choices=("minent", "advent"), default="minent")
method = parser.parse_args().method
torch.manual_seed(0)

widths = (3, 16, 16, 16)
layers = [[nn.Conv2d(a, b, 3, padding=1), nn.ReLU()] for a, b in pairwise(widths)]
network = nn.Sequential(*sum(layers, []), nn.Conv2d(widths[-1], CLASSES, 1))
discriminator = SelfInfoDiscriminator(in_channels=CLASSES, base_channels=16)
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-3)

for step in range(161):
    (images, labels), (target_images, _) = batch(shifted=False), batch(shifted=True)
    if step == 60:
        print(f"source only: {accuracy(network):.1%} of the target's pixels right")
    logits, target_logits = network(images), network(target_images)
    source_loss = F.cross_entropy(logits, labels)
    target_entropy = AF.entropy(target_logits).mean()
    target_map = AF.self_information(target_logits)
    if method == "minent":
        target_loss = 0.1 * target_entropy
    else:  # the network wants its target maps to be taken for source maps
        target_loss = 0.01 * AF.domain_loss(discriminator(target_map), AF.SOURCE_LABEL)
    optimizer.zero_grad()
    (source_loss + target_loss if step >= 60 else source_loss).backward()
    optimizer.step()

    # With MinEnt it only shows how well the domains can be told apart.
    on_source = discriminator(AF.self_information(logits).detach())
    on_target = discriminator(target_map.detach())
    loss = AF.domain_loss(on_source, AF.SOURCE_LABEL) + AF.domain_loss(on_target, AF.TARGET_LABEL)
    discriminator_optimizer.zero_grad()
    loss.backward()
    discriminator_optimizer.step()
    if step % 20 == 0:
        right = AF.domain_accuracy(on_source, on_target)
        values = f"source loss {source_loss:.3f}, target entropy {target_entropy:.3f}"
        print(f"step {step:3}: {values}, discriminator accuracy {right:.2f}")
print(f"{method}: {accuracy(network):.1%} of the target's pixels right")
