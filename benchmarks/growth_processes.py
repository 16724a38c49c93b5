"""What a second process costs: the same iteration in one process and in two joined by gloo."""

import resource

import torch
from mmengine.optim import build_optim_wrapper
from torch import nn

from benchmarks.growth_ranks import COUNT, Step, in_processes, take_turns
from benchmarks.growth_rows import Processes, spread
from benchmarks.growth_step import FULL, QUICK, Point, after_a_small_one, batch, build
from benchmarks.speed import memory
from benchmarks.speed.ours import method_config
from benchmarks.speed.rows import Settings
from mmadvent.engine import AdaptationDistributedDataParallel


def measure(settings: Settings) -> Processes:
    """Two processes on this machine, which needs a core for each."""
    point = QUICK if settings.quick else FULL
    seconds = in_processes(take_turns, make_steps, settings.repeats, point, settings.quick)
    alone = seconds[0]["alone"]
    beside, joined = (
        [max(turns) for turns in zip(*(rank[name] for rank in seconds), strict=True)]
        for name in ("beside", "joined")
    )
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # which the measuring process takes over
    try:
        peak_alone, _ = memory.peak_memory(after_a_small_one, point, settings.quick)
    finally:
        torch.set_num_threads(before)
    return Processes(
        count=COUNT,
        alone=spread(alone),
        beside=spread(beside),
        joined=spread(joined),
        overhead=spread([a / b for a, b in zip(joined, alone, strict=True)]),
        sending=spread([a / b for a, b in zip(joined, beside, strict=True)]),
        gradients=gradient_bytes(build(point, settings.quick)[0]),
        peak_alone=peak_alone,
        peak_joined=max(in_processes(peak, point, settings.quick)),
    )


def make_steps(point: Point, quick: bool) -> tuple[Step, Step]:
    """The iteration of the plain model and of the wrapped one, each with its own weights."""
    data = batch(point)
    model, optimizers = build(point, quick)
    wrapped, theirs = build_wrapped(point, quick)
    return (
        lambda: model.train_step(data, optimizers),
        lambda: wrapped.train_step(data, theirs),
    )


def build_wrapped(point: Point, quick: bool) -> tuple[nn.Module, object]:
    """The model in its distributed wrapper, and its optimizers."""
    wrapped = AdaptationDistributedDataParallel(build(point, quick)[0])
    return wrapped, build_optim_wrapper(wrapped, method_config("advent", quick).optim_wrapper)


def peak(rank: int, point: Point, quick: bool) -> float:
    """MiB of this process at its worst: two iterations, the second one has the states of Adam."""
    wrapped, optimizers = build_wrapped(point, quick)
    for _ in range(2):
        wrapped.train_step(batch(point), optimizers)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / memory.MIB


def gradient_bytes(model: nn.Module) -> int:
    """Bytes of the gradients of everything that is trained."""
    return sum(p.numel() * p.element_size() for p in model.parameters() if p.requires_grad)
