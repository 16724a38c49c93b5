"""Both levels' discriminators: the network's adversarial losses and the discriminators' own."""

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn

from benchmarks.speed.ours import CLASSES, Size, low_logits
from benchmarks.speed.released.losses import discriminator, upsample_logits
from benchmarks.speed.released.step import adversarial_losses, train_judges
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.functional import Upsample
from mmadvent.models import Step
from mmadvent.models.adaptations import AdvEnt
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel

Sizes = tuple[Size, Size]
Logits = tuple[dict[str, Tensor], dict[str, Tensor]]
FULL, QUICK = ((720, 1280), (512, 1024)), ((48, 64), (64, 48))
FLOAT32_GOAL, BEST_GOAL = 0.75, 0.33
LEVELS = (LogitsLevel("decode", CLASSES, 1.0), LogitsLevel("aux", CLASSES, 0.2))
NAMES = {"decode": "main", "aux": "aux"}


def logits_of(sizes: Sizes) -> Logits:
    """Logits of the source and of the target at an eighth, with a gradient, level by level."""
    source, target = ({level.name: low_logits(size) for level in LEVELS} for size in sizes)
    return source, target


def our_method(width: int) -> AdvEnt:
    """AdvEnt with a discriminator for each level."""
    torch.manual_seed(0)
    method = AdvEnt(discriminator=dict(type="SelfInfoDiscriminator", base_channels=width))
    method.build(None, LEVELS)
    return method


def ours(method: AdvEnt, logits: Logits, sizes: Sizes, best: bool) -> Callable[[], object]:
    """All losses and gradients of one iteration; ``best``: in bfloat16 autocast."""
    method.to(memory_format=torch.channels_last)
    source, target = logits

    def output(logits: dict[str, Tensor], size: Size) -> DomainOutput:
        to = Upsample(size, align_corners=True)
        levels = (ClassLogits(level, logits[level.name], upsample=to) for level in LEVELS)
        return DomainOutput(torch.empty(0), tuple(levels))

    def run() -> None:
        _clear(method, target.values())
        of_target = output(target, sizes[1])
        step = Step(None, target=of_target)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=best):
            losses = method.target_losses(step)
        _total(losses).backward()
        step.source, step.target = output(source, sizes[0]).detach(), of_target.detach()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=best):
            losses = method.discriminator_losses(step)
        _total(losses).backward()

    return run


def released(judges: dict[str, nn.Module], logits: Logits, sizes: Sizes) -> Callable[[], object]:
    """The same by the released code's losses, each with a forward of its own.

    The source's logits are at the size of the image already: the supervised loss needs them there.
    """
    source, target = logits
    of_source = {
        NAMES[name]: upsample_logits(logits, sizes[0]).detach() for name, logits in source.items()
    }

    def run() -> None:
        of_target = {
            NAMES[name]: upsample_logits(logits, sizes[1]) for name, logits in target.items()
        }
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
    logits = logits_of(sizes)
    sides = {
        "float32": ready(ours(our_method(width), logits, sizes, best=False)),
        "best": ready(ours(our_method(width), logits, sizes, best=True)),
        "reference": ready(released(released_judges(width), logits, sizes)),
    }
    seconds = interleave(sides, settings.repeats)
    yield compare("discriminators, float32", seconds["float32"], seconds["reference"], FLOAT32_GOAL)
    yield compare("discriminators, best setting", seconds["best"], seconds["reference"], BEST_GOAL)


def _clear(module: nn.Module, leaves: Iterable[Tensor]) -> None:
    module.zero_grad()
    for leaf in leaves:
        leaf.grad = None


def _total(losses: dict[str, Tensor]) -> Tensor:
    return torch.stack([value for key, value in losses.items() if "loss" in key]).sum()
