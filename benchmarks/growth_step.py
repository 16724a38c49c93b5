"""Time and memory of an AdvEnt iteration at several sizes, one thing varied at a time."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from mmengine.optim import build_optim_wrapper
from torch import nn

from benchmarks.growth_rows import PIXELS, STEP, Curve, curve
from benchmarks.speed.memory import peak_memory
from benchmarks.speed.ours import CLASSES, Size, batches, build_model, method_config
from benchmarks.speed.rows import Settings
from benchmarks.speed.timing import interleave, ready


@dataclass(frozen=True)
class Point:
    """The size of an iteration: DeepLab-V2 on ResNet-101, strict float32.

    Attributes:
        source: height and width of a source image.
        target: of a target image.
        images: of each domain.
        classes: C.
        levels: 2 with the auxiliary head and its discriminator, 1 without.
    """

    source: Size
    target: Size
    images: int = 1
    classes: int = CLASSES
    levels: int = 2

    @property
    def pixels(self) -> int:
        """Pixels of both domains' images."""
        return self.images * (math.prod(self.source) + math.prod(self.target))

    def enlarged(self, factor: float) -> "Point":
        """With about ``factor`` times the pixels in each image."""
        source, target = (
            (round(height * math.sqrt(factor)), round(width * math.sqrt(factor)))
            for height, width in (self.source, self.target)
        )
        return replace(self, source=source, target=target)


FULL, QUICK = Point((180, 320), (128, 256)), Point((32, 48), (32, 32))


def axes(quick: bool) -> dict[str, dict[float, Point]]:
    """Name of what is varied -> its values and the points; all axes share the base."""
    base = QUICK if quick else FULL
    enlarged = [base.enlarged(factor) for factor in ((1, 2) if quick else (1, 2, 4, 8))]
    return {
        PIXELS: {point.pixels: point for point in enlarged},
        "classes": {n: replace(base, classes=n) for n in ((19, 65) if quick else (19, 65, 150))},
        "images of each domain": {
            n: replace(base, images=n) for n in ((1, 2) if quick else (1, 2, 4))
        },
        "levels": {n: replace(base, levels=n) for n in (1, 2)},
    }


def build(point: Point, quick: bool) -> tuple[nn.Module, object]:
    """The config's model and optimizers with the point's classes and levels."""
    config = method_config("advent", quick)
    config.model.decode_head.num_classes = point.classes
    if point.levels == 1:
        del config.model["auxiliary_head"]
    else:
        config.model.auxiliary_head.num_classes = point.classes
    model = build_model(config.model)
    return model, build_optim_wrapper(model, config.optim_wrapper)


def batch(point: Point) -> dict[str, dict[str, list]]:
    """A batch of each domain: one image, as often as the point has images."""
    data = batches(point.source, point.target)
    return {
        domain: {key: values * point.images for key, values in loaded.items()}
        for domain, loaded in data.items()
    }


def after_a_small_one(point: Point, quick: bool) -> Callable[[], object]:
    """An iteration that finds the optimizers' states made."""
    model, optimizers = build(point, quick)
    model.train_step(batch(replace(QUICK, images=1)), optimizers)
    data = batch(point)
    return lambda: model.train_step(data, optimizers)


def curves(settings: Settings) -> Iterator[Curve]:
    """Time and memory along each axis.

    All sizes take turns, so a load that comes and goes meets all of them. Memory is measured once,
    in a process of its own: what an iteration needs above what was there before it.
    """
    varied = axes(settings.quick)
    points = {point for axis in varied.values() for point in axis.values()}

    @cache
    def built(classes: int, levels: int) -> tuple[nn.Module, object]:
        return build(replace(QUICK, classes=classes, levels=levels), settings.quick)

    def step(point: Point) -> Callable[[], object]:
        model, optimizers = built(point.classes, point.levels)
        data = batch(point)
        return lambda: model.train_step(data, optimizers)

    names = {str(point): point for point in points}
    seconds = interleave(
        {name: ready(step(point)) for name, point in names.items()}, settings.repeats
    )
    built.cache_clear()
    memory = {name: peak_memory(after_a_small_one, p, settings.quick) for name, p in names.items()}
    for axis, along in varied.items():
        at = [str(point) for point in along.values()]
        yield curve(axis, STEP, "s", [*along], [seconds[name] for name in at])
        yield curve(
            axis, "memory of an iteration", "MiB", [*along], [[memory[name][1]] for name in at]
        )
        yield curve(
            axis, "peak of the process", "MiB", [*along], [[memory[name][0]] for name in at]
        )
