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

STEP_GOAL, MEMORY_GOAL = 0.35, 0.6
# What a card has, in MiB: the whole iteration should fit, and on the smaller with checkpoints.
CARDS = {"11 GB": (11e9 / MIB, False), "8 GB": (8e9 / MIB, True)}
WARM_UP = 3


def run(settings: Settings) -> Iterator[Row]:
    """Time and peak memory of an iteration at 1280x720 and 1024x512; nothing without a GPU.

    A quick run takes the processor then, so that what it does can be tested.
    """
    device = get_device()
    if device == "cpu" and not settings.quick:
        print("accelerator: none here, so its rows are left out")
        return
    sizes, quick = (step.QUICK, True) if settings.quick else (step_memory.FULL, False)
    sides = {
        "float32": timed(step.ours(sizes, quick, False, device), device),
        "best": timed(step.ours(sizes, quick, True, device), device),
        "reference": timed(step.released(sizes, quick, device), device),
        "reference in TF32": timed(step.released(sizes, quick, device), device, tf32=True),
    }
    seconds = interleave(sides, settings.repeats, WARM_UP)
    reference, tf32 = seconds["reference"], seconds["reference in TF32"]
    yield compare("accelerator: step, strict float32", seconds["float32"], reference)
    yield compare("accelerator: step, best setting", seconds["best"], reference, STEP_GOAL)
    yield compare("accelerator: step, best setting, to TF32", seconds["best"], tf32, STEP_GOAL)
    del sides
    whole = peak(device, step_memory.released, sizes, quick, device)
    best = peak(device, step_memory.ours, sizes, quick, True, False, device)
    yield compare(
        "accelerator: step memory, best setting", [best], [whole], MEMORY_GOAL, unit="MiB"
    )
    for card, (size, checkpoints) in CARDS.items():
        needed = peak(device, step_memory.ours, sizes, quick, False, checkpoints, device)
        way = "checkpointed" if checkpoints else "strict float32"
        yield compare(f"accelerator: memory, {way}, of {card}", [needed], [size], 1.0, unit="MiB")


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
    """Whether NVIDIA's GPUs may round the factors of float32 convolutions and products."""
    switches = (torch.backends.cudnn, torch.backends.cuda.matmul)
    before = [switch.allow_tf32 for switch in switches]
    for switch in switches:
        switch.allow_tf32 = allowed
    try:
        yield
    finally:
        for switch, value in zip(switches, before, strict=True):
            switch.allow_tf32 = value


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
