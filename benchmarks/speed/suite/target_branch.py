"""Target: logits at an eighth, upsampled, entropy or self-information, scalar, gradient."""

from collections.abc import Callable, Iterator

import torch

from benchmarks.speed.memory import peak_memory
from benchmarks.speed.ours import CLASSES, given_logits_model, low_logits
from benchmarks.speed.released.losses import entropy, self_information, upsample_logits
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.functional import Upsample, chunked_map
from mmadvent.functional import self_information as our_self_information
from mmadvent.models import Step
from mmadvent.structures import DomainOutput

FULL, QUICK = (512, 1024), (48, 64)
WEIGHT = 0.001
TIME_GOAL, MEMORY_GOAL = 0.5, 0.3


def our_entropy(size: tuple[int, int]) -> Callable[[], float]:
    """MinEnt's loss, from the segmentor's logits on, and its gradient."""
    model = given_logits_model([dict(type="MinEnt", loss_weight=WEIGHT)])
    logits, images = low_logits(size), torch.zeros(1, 3, *size)

    def run() -> float:
        logits.grad = None
        model.backbone.maps = (logits,)
        losses = model(step=Step(model, target=DomainOutput(images)), mode="target")
        loss = losses["minent.decode.loss_ent"]
        loss.backward()
        return loss.item()

    return run


def released_entropy(size: tuple[int, int]) -> Callable[[], float]:
    logits = low_logits(size)

    def run() -> float:
        logits.grad = None
        loss = WEIGHT * entropy(upsample_logits(logits, size).softmax(dim=1))
        loss.backward()
        return loss.item()

    return run


def numbers_of(size: tuple[int, int]) -> torch.Tensor:
    """One for each element of a map: a discriminator's gradient, without a discriminator."""
    return torch.randn(CLASSES * size[0] * size[1], generator=torch.Generator().manual_seed(2))


def our_map(size: tuple[int, int]) -> Callable[[], float]:
    """The self-information times numbers, for any scalar that needs the whole map."""
    logits, numbers = low_logits(size), numbers_of(size)

    def run() -> float:
        logits.grad = None
        to = Upsample(size, align_corners=True)
        loss = torch.dot(chunked_map(our_self_information, logits, to).flatten(), numbers)
        loss.backward()
        return loss.item()

    return run


def released_map(size: tuple[int, int]) -> Callable[[], float]:
    logits, numbers = low_logits(size), numbers_of(size)

    def run() -> float:
        logits.grad = None
        loss = torch.dot(
            self_information(upsample_logits(logits, size).softmax(dim=1)).flatten(), numbers
        )
        loss.backward()
        return loss.item()

    return run


PAIRS = {
    "entropy": (our_entropy, released_entropy),
    "self-information": (our_map, released_map),
}


def memory_side(side: Callable, size: tuple[int, int]) -> Callable[[], object]:
    side(QUICK)()  # what the first call loads is not what a call needs
    return side(size)


def run(settings: Settings) -> Iterator[Row]:
    """Time and further memory of both, 19 classes, 1024x512."""
    size = QUICK if settings.quick else FULL
    for name, (ours, reference) in PAIRS.items():
        sides = {"ours": ready(ours(size)), "reference": ready(reference(size))}
        seconds = interleave(sides, settings.repeats)
        yield compare(f"target branch, {name}", seconds["ours"], seconds["reference"], TIME_GOAL)
        extra = [peak_memory(memory_side, side, size)[1] for side in (ours, reference)]
        yield compare(
            f"target branch, {name}: extra memory", [extra[0]], [extra[1]], MEMORY_GOAL, unit="MiB"
        )
