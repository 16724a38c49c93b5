"""How each method of a benchmark is run from the command lines."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from mmengine.config import Config

from benchmarks.runs.progress import Training
from benchmarks.runs.tool_calls import run_tool
from mmadvent.errors import InputError
from mmadvent.io.evaluations import read_results
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY

LINES = 20  # of a training's log
SNAPSHOTS = 5
TARGET_DATASET = "target_dataloader.dataset"
LOADERS = (
    "train_dataloader.dataset",
    "val_dataloader.dataset",
    "test_dataloader.dataset",
    TARGET_DATASET,
)


@dataclass(frozen=True)
class Run:
    """One method with one seed.

    Attributes:
        root: folder of the repository, which holds ``tools`` and ``configs``.
        config_pattern: path of a method's config below it, with ``{method}`` in its place.
        method: name in paths.
        seed: of the training, and of the scenes where they are rendered.
        data: folder of the pictures.
        folder: of all runs of the seed.
        measure: the key in the logs that says that a run is complete.
        args: the benchmark's command line.
        extra: further options of a config.
        of: the method whose config it is, this one by default.
        training: what the command lines' output is told to; without it, it passes through.
    """

    root: Path
    config_pattern: str
    method: str
    seed: int
    data: Path
    folder: Path
    measure: str
    args: argparse.Namespace
    extra: Callable[[Config], Sequence[str]] = lambda _: ()
    of: str | None = None
    training: Training | None = None

    @property
    def work_dir(self) -> Path:
        """The run's own folder."""
        return self.folder / self.method

    def config(self, method: str | None = None) -> Path:
        """The config of a method, this run's own by default."""
        name = method or self.of or self.method
        return self.root / self.config_pattern.format(method=name)

    def options(self, method: str | None = None) -> list[str]:
        """What moves a config to this run's pictures, and what the benchmark says of all."""
        config = Config.fromfile(self.config(method), import_custom_modules=False)
        return [*moved_data(config, self.data), *self.extra(config)]

    def checkpoint(self, method: str) -> Path:
        """What another method's training ended with; the source's first part, for the source."""
        if method == SOURCE_ONLY:
            return self.first_part(method)
        return self.folder / method / f"iter_{self.args.iterations[1]}.pth"

    def first_part(self, method: str) -> Path:
        """What others start from, of a method that trains both parts as the source alone does."""
        return self.folder / method / f"iter_{self.args.iterations[0]}.pth"

    def schedule(self, iterations: int) -> list[str]:
        """Options of a training of so many iterations."""
        return [
            f"randomness.seed={self.seed}",
            f"train_cfg.max_iters={iterations}",
            f"train_cfg.val_interval={iterations}",
            f"param_scheduler.0.end={iterations + 1}",  # mmengine decays over one less
            f"default_hooks.logger.interval={max(iterations // LINES, 1)}",
        ]

    def tool(self, name: str, *arguments: object) -> None:
        """Call one of the command lines."""
        run_tool(self.root, name, *arguments, training=self.training)

    @property
    def flags(self) -> list[str]:
        """Further words for the command lines that train."""
        return ["--amp"] if self.args.amp else []

    def is_complete(self, iterations: int | None = None) -> bool:
        """Whether the work directory holds an evaluation, of that iteration if given; says so."""
        try:
            results = read_results(self.work_dir, self.measure)
        except InputError:
            return False
        if iterations is not None and results.get("step") != iterations:
            return False
        print(f"{self.work_dir} is complete", flush=True)
        return True


Recipe = Callable[[Run], Path]


@dataclass(frozen=True)
class Method:
    """A row of a benchmark's table.

    Attributes:
        recipe: runs it, unless it is complete, and returns the folder that holds its evaluation.
        needs: methods that have to be run before.
        on_sheet: whether the sheet of pictures shows it.
        config: path of its config below the repository, where the benchmark's pattern does not lead
            to it.
        of: the method whose config it trains; its own by default.
        length: how many iterations it trains, by the command line; without it the source's both
            parts, and of every other method the second.
    """

    recipe: Recipe
    needs: tuple[str, ...] = (SOURCE_ONLY,)
    on_sheet: bool = True
    config: str | None = None
    of: str | None = None
    length: Callable[[argparse.Namespace], int] | None = None


def train(run: Run, start: str = SOURCE_ONLY) -> Path:
    """Train from the network of another method, that of the source's first part by default."""
    if not run.is_complete():
        train_with(run, start=start)
    return run.work_dir


def train_with(run: Run, *options: str, start: str = SOURCE_ONLY) -> None:
    """Train with further options of the config, which win over the recipe's own."""
    first, second = run.args.iterations
    if run.method == SOURCE_ONLY:
        own = [*run.schedule(first + second), f"default_hooks.checkpoint.interval={first}"]
    else:
        own = [*run.schedule(second), f"load_from={run.checkpoint(start)}"]
    words = ["--work-dir", run.work_dir, *run.flags, "--cfg-options", *own, *options]
    run.tool("train", run.config(), *words, *run.options())


def count_classes(run: Run, method: str | None = None) -> Path:
    """The file of the classes' shares in the source, which the rows of a seed share.

    Args:
        run: of the row that needs it.
        method: whose config names the source, this row's by default.
    """
    path = run.folder / "class_prior.json"
    with FileLock(run.folder / ".class_prior.lock"):  # rows may run at once
        run.tool("class_prior", run.config(method), path, "--cfg-options", *run.options(method))
    return path


def with_snapshots(run: Run) -> Path:
    """Train, and evaluate along the way: for the curves, and the choice of a snapshot."""
    if not run.is_complete(run.args.iterations[1]):
        interval = max(run.args.iterations[1] // SNAPSHOTS, 1)
        train_with(run, f"train_cfg.val_interval={interval}")
    return run.work_dir


def moved_data(config: Config, data: Path) -> list[str]:
    """Options that point every data set below a config's ``data_root`` to ``data``.

    Steps of their pipelines that read images too, likewise.
    """
    readers = {}
    for key in LOADERS:
        node = config
        for part in key.split("."):
            node = node.get(part) or {}
        readers[key] = node
        for number, step in enumerate(node.get("pipeline", [])):
            readers[f"{key}.pipeline.{number}"] = step
    options = []
    for key, reader in readers.items():
        root = reader.get("data_root")
        if root is not None and Path(root).is_relative_to(config.data_root):
            options.append(f"{key}.data_root={data / Path(root).relative_to(config.data_root)}")
    return options


def with_needed(methods: Mapping[str, Method], chosen: list[str]) -> list[str]:
    """The chosen methods and those that they need, in the order of ``methods``."""
    wanted = set(chosen)
    while more := {need for name in wanted for need in methods[name].needs} - wanted:
        wanted |= more
    return [name for name in methods if name in wanted]


COMMON_METHODS = {
    SOURCE_ONLY: Method(train, needs=()),
    "adabn": Method(train),
    "minent": Method(with_snapshots),
    "advent": Method(with_snapshots),
    ORACLE: Method(train),
}
