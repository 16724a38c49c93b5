"""Both levels' discriminators: the network's adversarial losses and the discriminators' own."""

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn

from benchmarks.ours import CLASSES
from benchmarks.released.losses import discriminator
from benchmarks.released.step import adversarial_losses, train_judges
from benchmarks.rows import Row, Settings
from benchmarks.timing import compare, interleave, ready
from mmadvent.models.adaptations import AdvEnt
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel

FULL, QUICK = ((720, 1280), (512, 1024)), ((48, 64), (64, 48))
FLOAT32_GOAL, BEST_GOAL = 0.75, 0.33
LEVELS = (LogitsLevel("decode", CLASSES, 1.0), LogitsLevel("aux", CLASSES, 0.2))
NAMES = {"decode": "main", "aux": "aux"}


def logits_of(sizes: tuple[tuple[int, int], ...]) -> list[dict[str, Tensor]]:
    """Enlarged logits of the source and, with a gradient, of the target, level by level."""
    generator = torch.Generator().manual_seed(0)
    source, target = (
        {level.name: 3 * torch.randn(1, CLASSES, *size, generator=generator) for level in LEVELS}
        for size in sizes
    )
    return [source, {name: logits.requires_grad_() for name, logits in target.items()}]


def our_method(width: int) -> AdvEnt:
    """AdvEnt with a discriminator for each level."""
    torch.manual_seed(0)
    method = AdvEnt(discriminator=dict(type="SelfInfoDiscriminator", base_channels=width))
    method.bind(LEVELS)
    return method


def ours(
    method: AdvEnt, source: dict[str, Tensor], target: dict[str, Tensor], best: bool
) -> Callable[[], object]:
    """All losses and gradients of one iteration; ``best``: bfloat16 autocast, channels last."""
    if best:
        method.to(memory_format=torch.channels_last)
        source, target = ({k: _channels_last(v) for k, v in d.items()} for d in (source, target))

    def output(logits: dict[str, Tensor]) -> DomainOutput:
        levels = tuple(ClassLogits(level, logits[level.name]) for level in LEVELS)
        return DomainOutput(torch.empty(0), levels)

    def run() -> None:
        _clear(method, target.values())
        of_target = output(target)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=best):
            losses = method.target_losses(of_target)
        _total(losses).backward()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=best):
            losses = method.discriminator_losses(output(source).detach(), of_target.detach())
        _total(losses).backward()

    return run


def released(
    judges: dict[str, nn.Module], source: dict[str, Tensor], target: dict[str, Tensor]
) -> Callable[[], object]:
    """The same by the released code's losses, each with a forward of its own."""
    of_source, of_target = (
        {NAMES[name]: logits for name, logits in domain.items()} for domain in (source, target)
    )

    def run() -> None:
        for judge in judges.values():
            _clear(judge, target.values())
            judge.requires_grad_(False)
        adversarial_losses(of_target, judges).backward()
        for judge in judges.values():
            judge.requires_grad_(True)
        train_judges(of_source, of_target, judges)

    return run


def released_judges(width: int) -> dict[str, nn.Module]:
    torch.manual_seed(0)
    return {NAMES[level.name]: discriminator(CLASSES, width) for level in LEVELS}


def run(settings: Settings) -> Iterator[Row]:
    """Time of all losses and gradients over maps of 1280x720 and 1024x512."""
    sizes, width = (QUICK, 8) if settings.quick else (FULL, 64)
    source, target = logits_of(sizes)
    sides = {
        "float32": ready(ours(our_method(width), source, target, best=False)),
        "best": ready(ours(our_method(width), source, target, best=True)),
        "reference": ready(released(released_judges(width), source, target)),
    }
    seconds = interleave(sides, settings.repeats)
    yield compare("discriminators, float32", seconds["float32"], seconds["reference"], FLOAT32_GOAL)
    yield compare("discriminators, best setting", seconds["best"], seconds["reference"], BEST_GOAL)


def _channels_last(logits: Tensor) -> Tensor:
    copy = logits.detach().to(memory_format=torch.channels_last)
    return copy.requires_grad_(logits.requires_grad)


def _clear(module: nn.Module, leaves: Iterable[Tensor]) -> None:
    module.zero_grad()
    for leaf in leaves:
        leaf.grad = None


def _total(losses: dict[str, Tensor]) -> Tensor:
    return torch.stack([value for key, value in losses.items() if "loss" in key]).sum()
