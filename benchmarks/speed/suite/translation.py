"""The iteration of a translator: CycleGAN, beside the public code's order in plain PyTorch."""

from collections.abc import Callable, Iterator
from functools import partial

import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope

import mmadvent.translation.gan  # noqa: F401  (registers the parts)
from benchmarks.speed.ours import CONFIGS, batches
from benchmarks.speed.released.cyclegan import CycleGANStep, plain_convolutions
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave, ready
from mmadvent.cli.training import use_amp
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers
from mmadvent.translation.gan import PatchDiscriminator, ResNetGenerator

CROPS, QUICK = ((256, 256), (256, 512)), ((64, 64),)
FLOAT32_GOAL, BEST_GOAL = 0.8, 0.5


def ours(crop: tuple[int, int], quick: bool, best: bool) -> Callable[[], object]:
    config = Config.fromfile(CONFIGS / "translation/cyclegan_gta2cs.py")
    init_default_scope(config.default_scope)
    if quick:
        config.model.generator.base_channels = 8
        config.model.discriminator.base_channels = 8
    if best:
        use_amp(config)
    model = MODELS.build(config.model).train()
    optimizers = build_optimizers(model, config.optim_wrapper)
    return partial(model.train_step, batches(crop, crop), optimizers)


def plain(crop: tuple[int, int], quick: bool) -> Callable[[], object]:
    channels = 8 if quick else 64
    step = CycleGANStep(
        [plain_convolutions(ResNetGenerator(channels)) for _ in range(2)],
        [PatchDiscriminator(channels) for _ in range(2)],
    )
    source, target = (torch.rand(1, 3, *crop) * 2 - 1 for _ in range(2))
    return partial(step, source, target)


def run(settings: Settings) -> Iterator[Row]:
    """Time at 256x256 and 512x256."""
    for crop in QUICK if settings.quick else CROPS:
        sides = {
            "float32": ready(ours(crop, settings.quick, best=False)),
            "best": ready(ours(crop, settings.quick, best=True)),
            "reference": ready(plain(crop, settings.quick)),
        }
        seconds = interleave(sides, settings.repeats)
        name = f"CycleGAN, {crop[1]}x{crop[0]}"
        yield compare(f"{name}, float32", seconds["float32"], seconds["reference"], FLOAT32_GOAL)
        yield compare(f"{name}, best setting", seconds["best"], seconds["reference"], BEST_GOAL)
