"""The whole AdvEnt iteration: DeepLab-V2 on ResNet-101, two levels."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from benchmarks.speed.ours import CLASSES, batches, build_model, method_config
from benchmarks.speed.released.losses import discriminator
from benchmarks.speed.released.network import DeepLabV2, DeepLabV2VGG
from benchmarks.speed.released.step import AdvEntStep
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.cli.training import use_amp
from mmadvent.engine.loops.pinnable_batch import PinnableBatch
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers

FULL, QUICK = ((360, 640), (256, 512)), ((64, 96), (64, 64))
FLOAT32_GOAL, BEST_GOAL = 0.85, 0.38
Sizes = tuple[tuple[int, int], tuple[int, int]]


def our_model(
    quick: bool, best: bool, device: str = "cpu", network: str = "r101", dtype: str | None = None
) -> tuple[nn.Module, object]:
    """The config's model and optimizers; ``best``: with what ``--amp`` gives on the device."""
    config = method_config("advent", quick, network)
    model = build_model(config.model).to(device)
    if dtype is not None:
        config.optim_wrapper.dtype = dtype
    if best:
        use_amp(config)
    return model, build_optimizers(model, config.optim_wrapper)


def ours(
    sizes: Sizes,
    quick: bool,
    best: bool,
    device: str = "cpu",
    network: str = "r101",
    dtype: str | None = None,
) -> Callable[[], object]:
    model, optimizers = our_model(quick, best, device, network, dtype)
    data = ready_batches(sizes, device)
    return lambda: model.train_step(data, optimizers)


def ready_batches(sizes: Sizes, device: str) -> dict:
    """Batches as our loaders hand them over: for an accelerator in pinned memory."""
    data = batches(*sizes)
    return data if device == "cpu" else PinnableBatch(data).pin_memory().contents


def released_step(quick: bool, device: str = "cpu", network: str = "r101") -> AdvEntStep:
    """The reference at the same size."""
    torch.manual_seed(0)
    if network == "vgg16":
        judge = discriminator(CLASSES).to(device)
        return AdvEntStep(DeepLabV2VGG(CLASSES).to(device), {"main": judge})
    blocks, width = ((3, 4, 6, 3), 8) if quick else ((3, 4, 23, 3), 64)
    network = DeepLabV2(blocks, width, CLASSES).to(device)
    judges = {name: discriminator(CLASSES, width).to(device) for name in ("aux", "main")}
    return AdvEntStep(network, judges)


def released_batch(sizes: Sizes, device: str = "cpu") -> tuple[Tensor, Tensor, Tensor]:
    """Source, its labels and target, as the reference takes them."""
    data = batches(*sizes)
    images = (data[domain]["inputs"][0][None].float() - 110 for domain in data)
    source, target = (image.to(device) for image in images)
    return source, data["source"]["data_samples"][0].gt_sem_seg.data.to(device), target


def released(
    sizes: Sizes, quick: bool, device: str = "cpu", network: str = "r101"
) -> Callable[[], object]:
    step, batch = released_step(quick, device, network), released_batch(sizes, device)
    return lambda: step(*batch)


def run(settings: Settings) -> Iterator[Row]:
    """Time at 640x360 and 512x256."""
    sizes, quick = (QUICK, True) if settings.quick else (FULL, False)
    sides = {
        "float32": ready(ours(sizes, quick, best=False)),
        "best": ready(ours(sizes, quick, best=True)),
        "reference": ready(released(sizes, quick)),
    }
    seconds = interleave(sides, settings.repeats)
    yield compare("step, strict float32", seconds["float32"], seconds["reference"], FLOAT32_GOAL)
    yield compare("step, best setting", seconds["best"], seconds["reference"], BEST_GOAL)
