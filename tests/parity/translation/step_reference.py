"""The steps of CycleGAN, CyCADA and the semantic GAN, as their equations read, in plain torch."""

import copy
import random
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class Settings:
    """The weights of the losses, and which there are."""

    log: bool = False
    reconstruction: float = 10.0
    identity: float = 5.0
    semantic: float = 0.0
    consistency: float = 0.0
    shares: list[float] | None = None
    pool: int = 3


@dataclass
class Reference:
    """Generators, discriminators, optimizers and pools of a run."""

    settings: Settings
    to_target: nn.Module
    to_source: nn.Module
    of_target: nn.Module
    of_source: nn.Module
    segmentor: nn.Module | None = None
    pools: dict[str, list] = field(default_factory=lambda: {"target": [], "source": []})

    def __post_init__(self) -> None:
        parts = (self.to_target, self.to_source, self.of_target, self.of_source)
        self.to_target, self.to_source, self.of_target, self.of_source = copy.deepcopy(parts)
        adam = dict(lr=2e-4, betas=(0.5, 0.999))
        self.generators = [*self.to_target.parameters(), *self.to_source.parameters()]
        self.discriminators = [*self.of_target.parameters(), *self.of_source.parameters()]
        self.adam_generators = torch.optim.Adam(self.generators, **adam)
        self.adam_discriminators = torch.optim.Adam(self.discriminators, **adam)

    def domain(self, discriminator: nn.Module, images: Tensor) -> Tensor:
        answer = discriminator(images)
        return answer[0] if isinstance(answer, tuple) else answer

    def real(self, logits: Tensor) -> Tensor:
        return -F.logsigmoid(logits).mean() if self.settings.log else ((logits - 1) ** 2).mean()

    def fake(self, logits: Tensor) -> Tensor:
        return -F.logsigmoid(-logits).mean() if self.settings.log else (logits**2).mean()

    def step(self, x_s: Tensor, y_s: Tensor, x_t: Tensor) -> dict[str, Tensor]:
        """All losses of one step, whose optimizers have stepped."""
        s = self.settings
        found = {}
        fake_t, fake_s = self.to_target(x_s), self.to_source(x_t)
        found["to_target.loss_adversarial"] = self.real(self.domain(self.of_target, fake_t))
        found["to_source.loss_adversarial"] = self.real(self.domain(self.of_source, fake_s))
        kept = torch.ones_like(x_s[:, 0])
        if s.shares:
            for number, share in enumerate(s.shares):
                kept = kept - share * (y_s == number).to(kept.dtype)
        back_s, back_t = self.to_source(fake_t), self.to_target(fake_s)
        distance = (back_s - x_s).abs().mean(dim=1)
        found["to_target.loss_reconstruction"] = s.reconstruction * (kept * distance).mean()
        found["to_source.loss_reconstruction"] = s.reconstruction * (back_t - x_t).abs().mean()
        found["to_target.loss_identity"] = s.identity * (self.to_source(x_s) - x_s).abs().mean()
        found["to_source.loss_identity"] = s.identity * (self.to_target(x_t) - x_t).abs().mean()
        if s.semantic:
            found["to_target.loss_semantic"] = s.semantic * self.classes(
                self.of_target(fake_t)[1], y_s
            )
        if s.consistency:
            found["to_target.loss_consistency"] = s.consistency * self.classes(
                self.segment(fake_t), y_s
            )
            seen = self.segment(x_t).argmax(dim=1).detach()
            found["to_source.loss_consistency"] = s.consistency * self.classes(
                self.segment(fake_s), seen
            )
        self.adam_generators.zero_grad()
        gradients = torch.autograd.grad(sum(found.values()), self.generators)
        for parameter, gradient in zip(self.generators, gradients, strict=True):
            parameter.grad = gradient
        self.adam_generators.step()

        old_t, old_y = self.pooled("target", fake_t.detach(), y_s)
        old_s, _ = self.pooled("source", fake_s.detach(), y_s)
        halves = {
            "of_target.loss_adversarial": (self.of_target, x_t, old_t),
            "of_source.loss_adversarial": (self.of_source, x_s, old_s),
        }
        learned = {
            name: 0.5 * (self.real(self.domain(d, real)) + self.fake(self.domain(d, old)))
            for name, (d, real, old) in halves.items()
        }
        if s.semantic:
            on_target, on_source = self.of_target(old_t)[1], self.of_source(x_s)[1]
            learned["of_target.loss_semantic"] = s.semantic * self.classes(on_target, old_y)
            learned["of_source.loss_semantic"] = s.semantic * self.classes(on_source, y_s)
        self.adam_discriminators.zero_grad()
        sum(learned.values()).backward()
        self.adam_discriminators.step()
        return found | learned

    def classes(self, logits: Tensor, labels: Tensor) -> Tensor:
        """H(p, y), the mean over the labeled pixels."""
        log_p = logits.log_softmax(dim=1)
        labeled = labels != 255
        chosen = log_p.gather(1, labels.where(labeled, 0).long()[:, None])[:, 0]
        return -(chosen * labeled).sum() / labeled.sum()

    def segment(self, images: Tensor) -> Tensor:
        """Logits of the segmentor, which takes BGR pixels minus a mean over a deviation."""
        mean = torch.tensor([104.0, 117.0, 123.0], dtype=images.dtype).view(1, 3, 1, 1)
        pixels = (images + 1) * 127.5
        logits = self.segmentor((pixels - mean) / 50, mode="tensor")
        size = images.shape[-2:]
        return F.interpolate(logits, size, mode="bilinear", align_corners=True)

    def pooled(self, domain: str, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Fill the pool first; then one in two is exchanged for a random earlier one."""
        pool, chosen = self.pools[domain], []
        for pair in zip(images, labels, strict=True):
            if len(pool) < self.settings.pool:
                pool.append(pair)
                chosen.append(pair)
            elif random.random() < 0.5:
                chosen.append(pair)
            else:
                place = random.randrange(self.settings.pool)
                chosen.append(pool[place])
                pool[place] = pair
        return torch.stack([x for x, _ in chosen]), torch.stack([y for _, y in chosen])
