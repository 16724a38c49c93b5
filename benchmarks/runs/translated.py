"""How the rows are run whose source is translated into the look of the target."""

from argparse import Namespace
from functools import partial
from pathlib import Path

from mmengine.config import Config

from benchmarks.runs.recipes import (
    COMMON_METHODS,
    Method,
    Run,
    count_classes,
    moved_data,
    train,
)
from benchmarks.runs.segmentation_methods import METHODS as STREETS_METHODS
from benchmarks.runs.segmentation_methods import at_test_time
from mmadvent.errors import InputError
from mmadvent.io.evaluations import read_results
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY

SOURCE_ROOT = "train_dataloader.dataset.data_root"
SHARED_PARTS = ("reconstruction", "content")  # of a translator: those with shares of the classes
PICTURES = 4  # of a translator's training


def fourier(run: Run) -> Path:
    """Train on the source in the look of random target images, from the first iteration on."""
    if not run.is_complete():
        config = Config.fromfile(run.config(SOURCE_ONLY), import_custom_modules=False)
        config.train_dataloader.dataset.pipeline = config.fourier_pipeline
        run.folder.mkdir(parents=True, exist_ok=True)
        path = run.folder / "fourier.py"
        config.dump(path)
        train_alone(run, path)
    return run.work_dir


def translated(run: Run) -> Path:
    """Train a translator, translate the source, and train on that as on the source alone."""
    if not run.is_complete():
        translate(run)
        train_alone(run, run.config(SOURCE_ONLY), f"{SOURCE_ROOT}={run.work_dir / 'data'}")
    return run.work_dir


def adapt(run: Run, translator: str) -> Path:
    """Adapt with a translated source, from the network that has seen the same alone."""
    if not run.is_complete():
        words = [*run.schedule(run.args.iterations[1]), f"load_from={run.first_part(translator)}"]
        words += [*run.options(), f"{SOURCE_ROOT}={run.folder / translator / 'data'}"]
        folder = ["--work-dir", run.work_dir, *run.flags]
        run.tool("train", run.config(), *folder, "--cfg-options", *words)
    return run.work_dir


def train_alone(run: Run, path: Path, *options: str) -> None:
    """Train by a config as the source alone is, all iterations; ``options`` win."""
    first, second = run.args.iterations
    words = [*run.schedule(first + second), f"default_hooks.checkpoint.interval={first}"]
    config = Config.fromfile(path, import_custom_modules=False)
    words += [*moved_data(config, run.data), *run.extra(config), *options]
    folder = ["--work-dir", run.work_dir, *run.flags]
    run.tool("train", path, *folder, "--cfg-options", *words)


def translate(run: Run) -> None:
    """Train the run's translator, or go on with it, and write the translated source."""
    path = translator_config(run)
    last, folder = run.args.translator_iterations, run.work_dir / "translator"
    options = translator_options(run, Config.fromfile(path, import_custom_modules=False))
    checkpoint = folder / f"iter_{last}.pth"
    if not checkpoint.is_file():
        words = ["--work-dir", folder, "--resume", *run.flags, "--cfg-options", *options]
        run.tool("train", path, *words)
    images = ["--workers", 2, "--cfg-options", *options]
    run.tool("translate", path, checkpoint, run.work_dir / "data", *images)


def translator_config(run: Run) -> Path:
    """The config of the run's translator for the benchmark's pair."""
    return run.root / "configs" / "translation" / f"{run.method}_{run.args.pair}.py"


def translator_options(run: Run, config: Config) -> list[str]:
    """What moves a translator's config to this run's pictures, files and number of iterations."""
    last = run.args.translator_iterations
    interval = max(last // PICTURES, 1)
    options = [
        f"randomness.seed={run.seed}",
        f"train_cfg.max_iters={last}",
        f"param_scheduler.0.begin={last // 2}",
        f"param_scheduler.0.end={last + 1}",  # mmengine decays over one less
        f"default_hooks.checkpoint.interval={interval}",
        f"default_hooks.visualization.interval={interval}",
        *moved_data(config, run.data),
        f"{SOURCE_ROOT}={source_root(run)}",
        *(_scaled(config, run.args.scale) if run.args.scale else ()),
        *run.args.translator_options,
    ]
    model = config.model
    for part in SHARED_PARTS:
        if (model.get(part) or {}).get("class_shares"):
            options.append(f"model.{part}.class_shares={class_prior(run)}")
    if model.get("consistency"):
        last_source = run.folder / SOURCE_ONLY / f"iter_{sum(run.args.iterations)}.pth"
        options.append(f"model.consistency.config={run.config(SOURCE_ONLY)}")
        options.append(f"model.consistency.checkpoint={last_source}")
    return options


def _scaled(config: Config, scale: tuple[int, int]) -> list[str]:
    """Options of another input size, from which crops as large as before, or as fit, are taken."""
    from mmadvent.translation.gan.resnet_generator import STRIDE  # loads torch

    options = []
    for name in ("train", "target"):
        for place, step in enumerate(config[f"{name}_dataloader"].dataset.pipeline):
            key = f"{name}_dataloader.dataset.pipeline.{place}"
            if step.type == "Resize":
                options.append(f"{key}.scale=({scale[0]},{scale[1]})")
            elif step.type == "RandomCrop":
                height, width = (
                    min(crop, side // STRIDE * STRIDE)
                    for crop, side in zip(step.crop_size, reversed(scale), strict=True)
                )
                options.append(f"{key}.crop_size=({height},{width})")
    return options


def class_prior(run: Run) -> Path:
    """The file of the classes' shares in the source, counted where it is not there."""
    path = run.folder / "class_prior.json"
    return path if path.is_file() else count_classes(run, SOURCE_ONLY)


def source_root(run: Run) -> str:
    """Where the seed's source is."""
    (found,) = [
        option.partition("=")[2]
        for option in run.options(SOURCE_ONLY)
        if option.startswith(f"{SOURCE_ROOT}=")
    ]
    return found


def content(run: Run) -> Path:
    """Test the oracle on the row's source images against the source's labels.

    A translation that keeps the content, in the look of the target, is what the oracle knows. The
    first row is the source itself.
    """
    folder = run.work_dir / "content"
    try:
        read_results(folder, run.measure)
        return folder
    except InputError:
        pass
    config = Config.fromfile(run.config(ORACLE), import_custom_modules=False)
    plain = Config.fromfile(run.config(SOURCE_ONLY), import_custom_modules=False)
    dataset = plain.train_dataloader.dataset
    steps = {step.type: step for step in dataset.pipeline}
    # As a test's: labels keep their size.
    order = ("LoadImageFromFile", "Resize", "LoadLabelIds", "PackSegInputs")
    dataset.pipeline = [steps[kind] for kind in order]
    dataset.test_mode = True
    own = run.method in translators()
    dataset.data_root = str(run.work_dir / "data") if own else source_root(run)
    config.test_dataloader.dataset = dataset
    folder.mkdir(parents=True, exist_ok=True)
    config.dump(folder / "content.py")
    run.tool(
        "test", folder / "content.py", run.checkpoint(ORACLE), "--work-dir", folder
    )  # fmt: skip
    return folder


def both_parts(args: Namespace) -> int:
    """Iterations of a training that starts from random weights."""
    return sum(args.iterations)


def with_translator(args: Namespace) -> int:
    """Those, and the translator's before them."""
    return args.translator_iterations + both_parts(args)


def translators() -> tuple[str, ...]:
    """The rows that have a translator of their own."""
    return ("cyclegan", "cycada", "gan_sem", "gan_sem_weight", "semantic_gan")


BEST = "semantic_gan"  # the paper's
STATISTICS = ("batch_statistics", "batch_statistics_translated")  # a network needs norms for them


def methods() -> dict[str, Method]:
    """The rows of the table."""
    return {
        SOURCE_ONLY: COMMON_METHODS[SOURCE_ONLY],
        "advent": COMMON_METHODS["advent"],
        "fourier": Method(fourier, length=both_parts),
        **{name: Method(translated, length=with_translator) for name in translators()},
        "batch_statistics": STREETS_METHODS["batch_statistics"],
        "batch_statistics_translated": Method(
            partial(at_test_time, options=("steps=0",), start=BEST),
            (SOURCE_ONLY, BEST),
            on_sheet=False,
        ),
        "advent_translated": Method(
            partial(adapt, translator=BEST), (SOURCE_ONLY, BEST), of="advent"
        ),
        "source_free_translated": Method(
            partial(adapt, translator=BEST), (SOURCE_ONLY, BEST), of="source_free"
        ),
        ORACLE: Method(train),
    }
