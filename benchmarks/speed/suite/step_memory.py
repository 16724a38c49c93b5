"""Peak resident memory of an AdvEnt iteration at the sizes of the paper's setting."""

from collections.abc import Callable, Iterator

from benchmarks.speed.memory import peak_memory
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.suite.step import FULL as STEP_SIZES
from benchmarks.speed.suite.step import (
    QUICK,
    Sizes,
    batches,
    our_model,
    ready_batches,
    released_batch,
    released_step,
)
from benchmarks.speed.timing import compare, interleave, ready

FULL: Sizes = ((720, 1280), (512, 1024))
GOAL = 0.75
# The best setting or strict float32, and whether activations are checkpointed.
WAYS = {
    "strict float32": (False, False),
    "checkpointed": (False, True),
    "best setting": (True, False),
}
ROUNDS = 2


def ours(
    sizes: Sizes, quick: bool, best: bool, checkpoints: bool = False, device: str = "cpu"
) -> Callable[[], object]:
    """One iteration, after a small one that makes the optimizers' states.

    ``checkpoints`` is what ``model.backbone.with_cp`` is in a config.
    """
    model, optimizers = our_model(quick, best, device)
    for module in model.backbone.modules():
        if hasattr(module, "with_cp"):
            module.with_cp = checkpoints
    model.train_step(batches(*QUICK), optimizers)
    data = ready_batches(sizes, device)
    return lambda: model.train_step(data, optimizers)


def released(sizes: Sizes, quick: bool, device: str = "cpu") -> Callable[[], object]:
    step = released_step(quick, device)

    def call(sizes: Sizes) -> None:
        step(*released_batch(sizes, device))

    call(QUICK)
    return lambda: call(sizes)


def run(settings: Settings) -> Iterator[Row]:
    """Peak at 1280x720 and 1024x512, each side in a process of its own; what checkpoints cost."""
    sizes, small, quick = (QUICK, QUICK, True) if settings.quick else (FULL, STEP_SIZES, False)
    reference, _ = peak_memory(released, sizes, quick)
    for name, way in WAYS.items():
        peak, _ = peak_memory(ours, sizes, quick, *way)
        yield compare(f"step memory, {name}", [peak], [reference], GOAL, unit="MiB")
    sides = {
        "with": ready(ours(small, quick, best=False, checkpoints=True)),
        "without": ready(ours(small, quick, best=False)),
    }
    seconds = interleave(sides, min(settings.repeats, ROUNDS), warm_up=0)
    yield compare("step, checkpointed to not", seconds["with"], seconds["without"])
