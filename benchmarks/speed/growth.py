"""Measure how a training's time and memory grow, and fit the exponents.

    python -m benchmarks.speed.growth            # some minutes on two cores
    python -m benchmarks.speed.growth --quick    # tiny sizes: all of it runs, numbers mean nothing

A step is AdvEnt's: DeepLab-V2 on ResNet-101, two levels, strict float32, one image of each domain.
One thing varies at a time: pixels, classes, images, processes (joined by gloo, one thread each). A
narrow ResNet-50 shows what the number of target images does to an iteration of the training loop.
"""

import argparse
import gc
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.registry import DATASETS, MODELS
from mmseg.structures import SegDataSample
from PIL import Image
from torch import nn

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from mmadvent.engine import AdaptationDistributedDataParallel
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers
from mmadvent.io.tables import markdown_table
from mmadvent.segmentation.class_counts import ClassCounts
from mmadvent.segmentation.pseudo_labels.making import count_values
from mmadvent.segmentation.pseudo_labels.rules import EntropyRule

CONFIG = Path(__file__).resolve().parents[2] / "configs/advent/deeplabv2_r101_gta2cs.py"
CLASSES = 19
HEADER = ("what varies", "sizes", "quantity", "smallest", "largest", "exponent", "spread")


@dataclass(frozen=True)
class Step:
    """The size of a training step; ``source`` and ``target`` are the images' (H, W)."""

    source: tuple[int, int] = (180, 320)
    target: tuple[int, int] = (128, 256)
    images: int = 1
    classes: int = CLASSES
    narrow: bool = False


def exponent(x: Sequence[float], y: Sequence[float]) -> float:
    """The p of y = c x^p: the slope of least squares over both logarithms."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def row(axis: str, quantity: str, x: Sequence[float], rounds: Sequence) -> tuple[str, ...]:
    """A line of the table: the exponent of the medians, and the range of each round's own."""
    medians = np.median(rounds, axis=0).tolist()
    single = [exponent(x, values) for values in rounds]
    spread = f"{min(single):.2f} to {max(single):.2f}" if len(single) > 1 else ""
    sizes = " ".join(f"{size:,}" for size in x)
    ends = (f"{value:.3g}" for value in (medians[0], medians[-1]))
    return axis, sizes, quantity, *ends, f"{exponent(x, medians):.2f}", spread


def timed(runs: Sequence[partial], rounds: int) -> list[list[float]]:
    """Seconds of each run in each round: all take turns, so that a load meets all of them."""
    seconds: list[list[float]] = []
    for _ in range(1 + rounds):  # the first round warms up
        seconds.append([])
        for run in runs:
            gc.collect()
            start = time.perf_counter()
            run()
            seconds[-1].append(time.perf_counter() - start)
    return seconds[1:]


def config_of(step: Step) -> Config:
    """AdvEnt's, without initial weights."""
    config = Config.fromfile(CONFIG)
    model = config.model
    model.backbone.init_cfg = None
    config.optim_wrapper.pop("paramwise_cfg")  # mmengine logs a line for each parameter of it
    model.decode_head.num_classes = model.auxiliary_head.num_classes = step.classes
    if step.narrow:
        model.backbone.update(depth=50, base_channels=8, stem_channels=8)
        model.decode_head.in_channels, model.auxiliary_head.in_channels = 256, 128
        model.adaptation[0].discriminator = dict(type="SelfInfoDiscriminator", base_channels=8)
    return config


def build(step: Step, wrap: Callable[[nn.Module], nn.Module] = nn.Module.train) -> partial:
    """A training step, after a small one that makes the optimizers' states."""
    init_default_scope("mmseg")
    config = config_of(step)
    model = wrap(MODELS.build(config.model).train())
    optimizers = build_optimizers(model, config.optim_wrapper)
    model.train_step(batch(replace(step, source=(32, 32), target=(32, 32), images=1)), optimizers)
    return partial(model.train_step, batch(step), optimizers)


def batch(step: Step) -> dict[str, dict[str, list]]:
    """A random batch of each domain; nobody reads the target's labels."""

    def domain(size: tuple[int, int]) -> dict[str, list]:
        image, sample = torch.randint(0, 256, (3, *size), dtype=torch.uint8), SegDataSample()
        sample.gt_sem_seg = PixelData(data=torch.randint(0, step.classes, (1, *size)))
        return dict(inputs=[image] * step.images, data_samples=[sample] * step.images)

    return dict(source=domain(step.source), target=domain(step.target))


def in_processes(count: int, function: Callable, *args: object) -> list:
    """What a function gives in each of ``count`` fresh processes, told their numbers."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["mmadvent.segmentation"])
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        return [job.result() for job in [pool.submit(function, n, *args) for n in range(count)]]


def peak(_: int, step: Step) -> float:
    """MiB of a step above a small one's."""
    run = build(step)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run()
    return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 1) / 1024


def of_steps(base: Step, rounds: int, quick: bool) -> Iterator[tuple]:
    """Time and memory against pixels, classes and images."""
    few = 2 if quick else 3
    (h, w), (y, x) = base.source, base.target
    sides = {k: replace(base, source=(k * h, k * w), target=(k * y, k * x)) for k in (1, 2, 3)}
    axes = {
        "pixels": {k * k * (h * w + y * x): step for k, step in sides.items()},
        "classes": {n: replace(base, classes=n) for n in (CLASSES, 65, 150)},
        "images of each domain": {n: replace(base, images=n) for n in (1, 2, 4)},
    }
    for axis, along in axes.items():
        sizes, steps = [*along][:few], [*along.values()][:few]
        yield row(axis, "step, s", sizes, timed([build(step) for step in steps], rounds))
        memory = [in_processes(1, peak, step)[0] for step in steps]
        yield row(axis, "memory above a 32x32 step's, MiB", sizes, [memory])


def of_processes(base: Step, rounds: int) -> tuple:
    """A step of several joined processes, each with its own images: the slowest one's time."""
    columns = []
    for count in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            store = f"file://{folder}/store"
            ranks = in_processes(count, rank_seconds, count, store, base, rounds)
        columns.append([max(seconds) for seconds in zip(*ranks, strict=True)])
    return row("processes", "step, s", (1, 2), [*zip(*columns, strict=True)])


def rank_seconds(rank: int, count: int, store: str, step: Step, rounds: int) -> list[float]:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", store, rank=rank, world_size=count)
    seconds = timed([build(step, AdaptationDistributedDataParallel)], rounds)
    dist.barrier()  # nobody leaves while another still listens
    dist.destroy_process_group()
    return [of_round for (of_round,) in seconds]


def of_sets(base: Step, rounds: int, quick: bool) -> Iterator[tuple]:
    """The loop and its data set against target images, and the passes over a set."""
    counts, few = ((5, 10, 20), (2, 4)) if quick else ((1_000, 10_000, 100_000), (64, 256, 1_024))
    with tempfile.TemporaryDirectory() as folder:
        sets = {n: datasets(Path(folder, str(n)), n, base) for n in {1, *counts, *few}}
        loops = [[loop_seconds(base, *sets[n]) for n in counts] for _ in range(rounds)]
        yield row("target images", "iteration of the loop, s", counts, loops)
        many, runs = counts[1:], [partial(DATASETS.build, sets[n][1]) for n in (1, *counts[1:])]
        yield row("target images", "listing beyond 1, s", many, beyond_first(runs, rounds))
        priors = [partial(class_prior, sets[n][0]) for n in (1, *few)]
        yield row("source labels", "class prior beyond 1, s", few, beyond_first(priors, rounds))
    logits, rule = torch.randn(1, CLASSES, *base.target), EntropyRule()
    passes = [partial(count_values, rule, [logits] * n, CLASSES) for n in few]
    yield row("target images", "pseudo-label thresholds, s", few, timed(passes, rounds))


def beyond_first(runs: Sequence[partial], rounds: int) -> list[list[float]]:
    """Seconds of all runs but the first, whose own are taken off: what a start costs."""
    return [[max(s - first, 1e-6) for s in others] for first, *others in timed(runs, rounds)]


def datasets(root: Path, count: int, step: Step) -> tuple[dict, dict]:
    """A source and a target of ``count`` names of one picture, which is its own label."""
    root.mkdir()
    picture = np.random.default_rng(0).integers(0, CLASSES, step.target, np.uint8)
    Image.fromarray(picture).save(root / "0.png")
    for index in range(1, count):
        os.symlink(root / "0.png", root / f"{index}.png")
    steps = [dict(type="LoadImageFromFile"), dict(type="LoadLabelIds"), dict(type="PackSegInputs")]
    source = dict(
        type="LabelIdDataset",
        data_root=str(root),
        data_prefix=dict(img_path="", seg_map_path=""),
        metainfo=dict(classes=[str(index) for index in range(CLASSES)]),
        pipeline=steps,
    )
    return source, dict(type="UnlabelledImagesDataset", data_root=str(root), pipeline=steps[::2])


def class_prior(source: dict) -> None:
    with tempfile.TemporaryDirectory() as folder:
        counts = ClassCounts(DATASETS.build(source), source["pipeline"][1], Path(folder, "prior"))
        counts.run(workers=1)


def loop_seconds(step: Step, source: dict, target: dict) -> float:
    """The median iteration of a short run of a narrow network, but for the first two."""
    config = config_of(replace(step, narrow=True))
    loader = dict(batch_size=1, num_workers=0, sampler=dict(type="InfiniteSampler", shuffle=True))
    target_loader = dict(loader, dataset=target)
    runner = Runner(
        config.model,
        tempfile.mkdtemp(dir=source["data_root"]),
        dict(loader, dataset=source),
        train_cfg=dict(type="UDATrainLoop", max_iters=9, target_dataloader=target_loader),
        optim_wrapper=config.optim_wrapper,
        log_level="ERROR",
        default_scope="mmseg",
    )
    runner.train()
    return float(np.median(runner.message_hub.get_scalar("train/time").data[0][2:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    parser.add_argument("--rounds", type=int, default=3, help="timed ones (default 3)")
    args = parser.parse_args()
    base = Step((32, 48), (32, 32), narrow=True) if args.quick else Step()
    rows = [*of_steps(base, args.rounds, args.quick)]
    rows += [of_processes(base, args.rounds), *of_sets(base, args.rounds, args.quick)]
    print(markdown_table(HEADER, rows, left=(0, 1, 2)))


if __name__ == "__main__":
    main()
