"""Other networks' steps on a GPU, where there is one, and what MinEnt costs there."""

from collections.abc import Callable, Iterator

from benchmarks.speed import detection
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.suite import minent_overhead, step, step_memory
from benchmarks.speed.suite.accelerator import (
    BEST_GOAL,
    STRICT_GOAL,
    TF32_GOAL,
    device_of,
    timed,
    tried_algorithms,
    warm_up,
)
from benchmarks.speed.suite.step import Sizes
from benchmarks.speed.timing import compare, interleave

OVERHEAD_GOAL = 1.05
TINY: Sizes = ((32, 32), (32, 32))  # VGG-16 has its whole width in a quick run too
Ours = Callable[[bool], Callable[[], object]]


def run(settings: Settings) -> Iterator[Row]:
    """Time of a step of VGG-16 and SSD300, and of MinEnt's to two plain passes."""
    device = device_of(settings, "accelerator_networks")
    if device is None:
        return
    sizes, quick = (TINY, True) if settings.quick else (step_memory.FULL, False)
    with tried_algorithms():
        yield from _network(
            "VGG-16",
            lambda best: step.ours(sizes, quick, best, device, "vgg16"),
            step.released(sizes, quick, device, "vgg16"),
            device,
            settings,
        )
        yield from _network(
            "SSD300",
            lambda best: detection.ours(quick, best, device),
            detection.plain(quick, device),
            device,
            settings,
        )
        seconds = interleave(
            {
                "ours": timed(minent_overhead.ours(sizes, quick, device), device, tf32=True),
                "bare": timed(minent_overhead.bare(sizes, quick, device), device, tf32=True),
            },
            settings.repeats,
            warm_up(settings),
        )
    yield compare(
        "accelerator: MinEnt to two plain passes", seconds["ours"], seconds["bare"], OVERHEAD_GOAL
    )


def _network(
    name: str, ours: Ours, reference: Callable[[], object], device: str, settings: Settings
) -> Iterator[Row]:
    seconds = interleave(
        {
            "best": timed(ours(True), device, tf32=True),
            "reference in TF32": timed(reference, device, tf32=True),
            "TF32": timed(ours(False), device, tf32=True),
            "strict": timed(ours(False), device),
            "reference": timed(reference, device),
        },
        settings.repeats,
        warm_up(settings),
    )
    strict, tf32 = seconds["reference"], seconds["reference in TF32"]
    bench = f"accelerator: {name} step"
    yield compare(f"{bench}, best setting, to TF32", seconds["best"], tf32, BEST_GOAL)
    yield compare(f"{bench}, TF32, to TF32", seconds["TF32"], tf32, TF32_GOAL)
    yield compare(f"{bench}, strict float32", seconds["strict"], strict, STRICT_GOAL)
