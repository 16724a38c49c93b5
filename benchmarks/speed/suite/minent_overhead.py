"""MinEnt's step beside two bare forward and backward passes of the same network."""

from collections.abc import Callable, Iterator

from benchmarks.speed.ours import batches, build_model, method_config
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.suite.step import FULL, QUICK, Sizes, ready_batches
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers

GOAL = 1.03
ROUNDS = 2  # of each repetition: single ones differ by more than what MinEnt costs


def ours(sizes: Sizes, quick: bool, device: str = "cpu") -> Callable[[], object]:
    config = method_config("minent", quick)
    model = build_model(config.model).to(device)
    optimizer = build_optimizers(model, config.optim_wrapper)
    data = ready_batches(sizes, device)
    return lambda: model.train_step(data, optimizer)


def bare(sizes: Sizes, quick: bool, device: str = "cpu") -> Callable[[], object]:
    """The same network and optimizer; the loss of a pass is the mean of its logits."""
    config = method_config("minent", quick)
    model = build_model(config.model).to(device)
    optimizer = build_optimizers(model, config.optim_wrapper).optimizer
    images = [
        (domain["inputs"][0][None].float() - 110).to(device) for domain in batches(*sizes).values()
    ]

    def run() -> None:
        for batch in images:
            features = model.extract_feat(batch)
            heads = (model.decode_head, model.auxiliary_head)
            sum(head.forward(features).mean() for head in heads).backward()
        optimizer.step()
        optimizer.zero_grad()

    return run


def run(settings: Settings) -> Iterator[Row]:
    """Time at 640x360 and 512x256, ResNet-101, strict float32."""
    sizes, quick = (QUICK, True) if settings.quick else (FULL, False)
    sides = {"ours": ready(ours(sizes, quick)), "reference": ready(bare(sizes, quick))}
    seconds = interleave(sides, ROUNDS * settings.repeats)
    yield compare("MinEnt overhead", seconds["ours"], seconds["reference"], GOAL)
