"""Peak resident memory of an AdvEnt iteration at the sizes of the paper's setting."""

from collections.abc import Callable, Iterator

from benchmarks.memory import peak_memory
from benchmarks.rows import Row, Settings
from benchmarks.suite.step import QUICK, Sizes, batches, our_model, released_step
from benchmarks.timing import compare

FULL: Sizes = ((720, 1280), (512, 1024))
GOAL = 0.75


def ours(sizes: Sizes, quick: bool, best: bool) -> Callable[[], object]:
    """One iteration, after a small one that makes the optimizers' states."""
    model, optimizers = our_model(quick, best)
    model.train_step(batches(*QUICK), optimizers)
    data = batches(*sizes)
    return lambda: model.train_step(data, optimizers)


def released(sizes: Sizes, quick: bool) -> Callable[[], object]:
    step = released_step(quick)

    def call(sizes: Sizes) -> None:
        data = batches(*sizes)
        source, target = (data[domain]["inputs"][0][None].float() - 110 for domain in data)
        step(source, data["source"]["data_samples"][0].gt_sem_seg.data, target)

    call(QUICK)
    return lambda: call(sizes)


def run(settings: Settings) -> Iterator[Row]:
    """Peak of the process at 1280x720 and 1024x512, each side in a process of its own."""
    sizes, quick = (QUICK, True) if settings.quick else (FULL, False)
    reference, _ = peak_memory(released, sizes, quick)
    for name, best in (("strict float32", False), ("best setting", True)):
        peak, _ = peak_memory(ours, sizes, quick, best)
        yield compare(f"step memory, {name}", [peak], [reference], GOAL, unit="MiB")
