"""The paper's setting on a GPU, where there is one: DeepLab-V2 on ResNet-101, two levels."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from mmengine.device import get_device

from benchmarks.speed.memory import MIB, peak_memory
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.suite import step, step_memory
from benchmarks.speed.timing import Side, compare, interleave, ready

BEST_GOAL, TF32_GOAL, STRICT_GOAL, MEMORY_GOAL = 0.4, 0.75, 0.85, 0.5
# What a card has, in MiB: the whole iteration should fit, and on the smaller with checkpoints.
CARDS = {"11 GB": (11e9 / MIB, False), "8 GB": (8e9 / MIB, True)}


def run(settings: Settings) -> Iterator[Row]:
    """Time and peak memory of an iteration at 1280x720 and 1024x512; nothing without a GPU.

    A quick run takes the processor then, so that what it does can be tested.
    """
    device = device_of(settings, "accelerator")
    if device is None:
        return
    sizes, quick = (step.QUICK, True) if settings.quick else (step_memory.FULL, False)
    with tried_algorithms():
        seconds = interleave(
            {
                "best": timed(step.ours(sizes, quick, True, device), device, tf32=True),
                "reference in TF32": timed(step.released(sizes, quick, device), device, tf32=True),
                "TF32": timed(step.ours(sizes, quick, False, device), device, tf32=True),
                "strict": timed(step.ours(sizes, quick, False, device), device),
                "reference": timed(step.released(sizes, quick, device), device),
            },
            settings.repeats,
            warm_up(settings),
        )
    strict, tf32 = seconds["reference"], seconds["reference in TF32"]
    name = "accelerator: step"
    yield compare(f"{name}, best setting, to TF32", seconds["best"], tf32, BEST_GOAL)
    yield compare(f"{name}, TF32, to TF32", seconds["TF32"], tf32, TF32_GOAL)
    yield compare(f"{name}, strict float32", seconds["strict"], strict, STRICT_GOAL)
    yield compare(f"{name}, best setting, to strict float32", seconds["best"], strict)
    whole = peak(device, step_memory.released, sizes, quick, device)
    best = peak(device, step_memory.ours, sizes, quick, True, False, device)
    yield compare(
        "accelerator: step memory, best setting", [best], [whole], MEMORY_GOAL, unit="MiB"
    )
    for card, (size, checkpoints) in CARDS.items():
        needed = peak(device, step_memory.ours, sizes, quick, False, checkpoints, device)
        way = "checkpointed" if checkpoints else "strict float32"
        yield compare(f"accelerator: memory, {way}, of {card}", [needed], [size], 1.0, unit="MiB")


def device_of(settings: Settings, bench: str) -> str | None:
    """The accelerator; for a quick run also the processor; None, which it says, where is none."""
    device = get_device()
    if device == "cpu" and not settings.quick:
        print(f"{bench}: none here, so its rows are left out")
        return None
    return device


def warm_up(settings: Settings) -> int:
    """Rounds that try algorithms and fill the memory that is kept."""
    return 0 if settings.quick else 3


def timed(run: Callable[[], object], device: str, tf32: bool = False) -> Side:
    """A side that is done when the device is.

    Args:
        run: what is timed.
        device: where.
        tf32: see :func:`rounded_to_tf32`.
    """

    def call() -> None:
        with rounded_to_tf32(tf32):
            run()
            if device != "cpu":
                torch.accelerator.synchronize()

    return ready(call)


@contextmanager
def rounded_to_tf32(allowed: bool) -> Iterator[None]:
    """Whether NVIDIA's GPUs may round the factors of float32 convolutions; torch lets them.

    Products of matrices are in float32 as ever: torch does not round those.
    """
    switches = (torch.backends.cudnn, torch.backends.cuda.matmul)
    before = [switch.allow_tf32 for switch in switches]
    for switch, value in zip(switches, (allowed, False), strict=True):
        switch.allow_tf32 = value
    try:
        yield
    finally:
        for switch, value in zip(switches, before, strict=True):
            switch.allow_tf32 = value


@contextmanager
def tried_algorithms() -> Iterator[None]:
    """Convolutions by the fastest algorithm, as our configs and the released code have it."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before


def peak(device: str, side: Callable[..., Callable[[], object]], *args: object) -> float:
    """MiB of the device that a function has reserved at its worst, with what was there before.

    Args:
        device: where; of a processor, resident memory.
        side: a function of a module, which prepares and returns the function that is measured.
        args: of ``side``.
    """
    if device == "cpu":
        return peak_memory(side, *args)[0]
    gc.collect()  # models before, which are in cycles with their optimizers
    run = side(*args)
    torch.accelerator.empty_cache()
    torch.accelerator.reset_peak_memory_stats()
    run()
    torch.accelerator.synchronize()
    return torch.accelerator.max_memory_reserved() / MIB
