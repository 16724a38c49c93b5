"""A step of CycleGAN in plain PyTorch, in the order of the public code."""

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class CycleGANStep:
    """Generators, then discriminators; each generator runs three times, each on one image.

    Args:
        generators: to the target and to the source.
        discriminators: of the target and of the source.
    """

    def __init__(self, generators: list[nn.Module], discriminators: list[nn.Module]) -> None:
        self.to_target, self.to_source = generators
        self.discriminators = discriminators
        adam = dict(lr=2e-4, betas=(0.5, 0.999))
        both = itertools.chain(*(part.parameters() for part in generators))
        judges = itertools.chain(*(part.parameters() for part in discriminators))
        self.adam_generators = torch.optim.Adam(both, **adam)
        self.adam_discriminators = torch.optim.Adam(judges, **adam)

    def __call__(self, source: Tensor, target: Tensor) -> None:
        """Train on one batch of each domain."""
        of_target, of_source = self.discriminators
        fake_target, fake_source = self.to_target(source), self.to_source(target)
        back_source, back_target = self.to_source(fake_target), self.to_target(fake_source)
        for judge in self.discriminators:
            judge.requires_grad_(False)
        self.adam_generators.zero_grad()
        loss = 5 * F.l1_loss(self.to_target(target), target)
        loss = loss + 5 * F.l1_loss(self.to_source(source), source)
        loss = loss + _least_squares(of_target(fake_target), 1.0)
        loss = loss + _least_squares(of_source(fake_source), 1.0)
        loss = loss + 10 * F.l1_loss(back_source, source) + 10 * F.l1_loss(back_target, target)
        loss.backward()
        self.adam_generators.step()
        for judge in self.discriminators:
            judge.requires_grad_(True)
        self.adam_discriminators.zero_grad()
        pairs = ((of_target, target, fake_target), (of_source, source, fake_source))
        for judge, real, fake in pairs:
            of_real, of_fake = judge(real), judge(fake.detach())
            (0.5 * (_least_squares(of_real, 1.0) + _least_squares(of_fake, 0.0))).backward()
        self.adam_discriminators.step()


def plain_convolutions(generator: nn.Module) -> nn.Module:
    """The generator with torch's own convolutions throughout, as the public code has them."""
    for name, part in list(generator.named_children()):
        if isinstance(part, nn.Conv2d):
            plain = nn.Conv2d(
                part.in_channels, part.out_channels, part.kernel_size, part.stride, part.padding
            )
            plain.load_state_dict(part.state_dict())
            setattr(generator, name, plain)
        else:
            plain_convolutions(part)
    return generator


def _least_squares(logits: Tensor, label: float) -> Tensor:
    return F.mse_loss(logits, torch.full_like(logits, label))
