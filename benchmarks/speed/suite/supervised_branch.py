"""Source: logits at an eighth and labels -> loss -> gradient."""

from collections.abc import Callable, Iterator

import torch

from benchmarks.speed.memory import peak_memory
from benchmarks.speed.ours import given_logits_model, labels_of, low_logits, source_sample
from benchmarks.speed.released.losses import cross_entropy, upsample_logits
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave, ready

FULL, QUICK = (720, 1280), (48, 64)
TIME_GOAL, MEMORY_GOAL = 0.25, 0.35


def ours(size: tuple[int, int]) -> Callable[[], float]:
    """The loss of the segmentor's main level, with what upstream logs beside it."""
    model = given_logits_model([])
    logits, images = low_logits(size), torch.zeros(1, 3, *size)
    samples = [source_sample(_labels(size))]

    def run() -> float:
        logits.grad = None
        model.backbone.maps = (logits,)
        losses, _ = model.source_forward(images, samples, with_logits=False)
        loss = losses["decode.loss_ce"]
        loss.backward()
        return loss.item()

    return run


def released(size: tuple[int, int]) -> Callable[[], float]:
    logits, labels = low_logits(size), _labels(size)[None]

    def run() -> float:
        logits.grad = None
        loss = cross_entropy(upsample_logits(logits, size), labels)
        loss.backward()
        return loss.item()

    return run


def memory_side(side: Callable, size: tuple[int, int]) -> Callable[[], object]:
    side(QUICK)()
    return side(size)


def run(settings: Settings) -> Iterator[Row]:
    """Time and further memory, 19 classes, 1280x720."""
    size = QUICK if settings.quick else FULL
    sides = {"ours": ready(ours(size)), "reference": ready(released(size))}
    seconds = interleave(sides, settings.repeats)
    yield compare("supervised branch", seconds["ours"], seconds["reference"], TIME_GOAL)
    extra = [peak_memory(memory_side, side, size)[1] for side in (ours, released)]
    yield compare(
        "supervised branch: extra memory", [extra[0]], [extra[1]], MEMORY_GOAL, unit="MiB"
    )


def _labels(size: tuple[int, int]) -> torch.Tensor:
    return labels_of(size, torch.Generator().manual_seed(1))
