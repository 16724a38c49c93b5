"""Runs of a rendered benchmark: every method and seed, then a table and a sheet of pictures."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from mmadvent.engine.method_table import TableLayout, TableRow, method_table, read_results
from mmadvent.errors import InputError

SOURCE_ONLY, ORACLE = "source_only", "oracle"
COMMON_METHODS = {
    SOURCE_ONLY: "source only",
    "norm_statistics": "norm statistics",
    "minent": "MinEnt",
    "advent": "AdvEnt",
    ORACLE: "oracle",
}
LOADERS = (
    "train_dataloader.dataset",
    "val_dataloader.dataset",
    "test_dataloader.dataset",
    "train_cfg.target_dataloader.dataset",
)


@dataclass(frozen=True)
class Benchmark:
    """What differs between the benchmarks.

    Attributes:
        root: folder of the repository, which holds ``tools`` and ``configs``.
        config: path of a method's config below it, with ``{method}`` in the method's place.
        heading: of the table, up to the seeds.
        layout: of the table.
        render: makes the pictures of a seed in a folder, unless they are there.
        methods: the rows of the table: names in paths and titles, the source alone first.
    """

    root: Path
    config: str
    heading: str
    layout: TableLayout
    render: Callable[[argparse.Namespace, int, Path], None]
    methods: Mapping[str, str]


def benchmark_parser(
    description: str, data: str, out: str, iterations: tuple[int, int], methods: Mapping[str, str]
) -> argparse.ArgumentParser:
    """The options of every benchmark's command line.

    Args:
        description: of the command.
        data: default folder of the pictures.
        out: default folder of the runs.
        iterations: defaults, of the source alone and then of each method.
        methods: those of the benchmark.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of scenes and training")
    parser.add_argument("--methods", nargs="+", default=list(methods), help=", ".join(methods))
    parser.add_argument("--data", type=Path, default=Path(data), help="for the pictures")
    parser.add_argument("--out", type=Path, default=Path(out), help="for the runs")
    parser.add_argument(
        "--iterations",
        type=int,
        nargs=2,
        default=list(iterations),
        metavar=("FIRST", "SECOND"),
        help="on the source alone, and then of each method",
    )
    parser.add_argument("--pictures", type=int, default=3, help="test pictures on the sheet")
    return parser


def run_benchmark(benchmark: Benchmark, args: argparse.Namespace) -> None:
    """Render, train and compare; what is complete is not repeated.

    Writes ``table.md`` and ``sheet.png`` into ``args.out``, beside a folder for each seed.

    Raises:
        InputError: if a method is unknown, or if one of the other command lines fails.
    """
    methods = benchmark.methods
    unknown = set(args.methods) - set(methods)
    if unknown:
        raise InputError(f"--methods must be among {', '.join(methods)}, got {min(unknown)}")
    start = time.time()
    work_dirs: dict[str, list[Path]] = {method: [] for method in methods if method in args.methods}
    for seed in args.seeds:
        data = args.data / f"seed{seed}"
        benchmark.render(args, seed, data)
        for method in work_dirs:
            passed = f"{time.time() - start:.0f} s"
            print(f"=== {methods[method]}, seed {seed} ({passed}) ===", flush=True)
            work_dirs[method].append(_train(benchmark, args, method, seed, data))
    rows = [TableRow(methods[method], tuple(paths)) for method, paths in work_dirs.items()]
    table = method_table(rows, benchmark.layout, methods[ORACLE] if ORACLE in work_dirs else None)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "table.md").write_text(table + "\n")
    sheet = args.out / "sheet.png"
    shown = [(methods[method], paths[0]) for method, paths in work_dirs.items()]
    models = [part for title, path in shown for part in ("--model", title, path)]
    run_tool(benchmark.root, "picture_sheet", *models, "--count", args.pictures, "--out", sheet)
    print(f"\n{benchmark.heading}; seeds {args.seeds}\n\n{table}\n")
    print(f"table: {args.out / 'table.md'}\npictures: {sheet}\n{time.time() - start:.0f} s in all")


def run_tool(root: Path, name: str, *arguments: object) -> None:
    """Call one of the repository's command lines; its output passes through.

    Raises:
        InputError: if it fails.
    """
    command = [sys.executable, str(root / "tools" / f"{name}.py"), *map(str, arguments)]
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise InputError(f"tools/{name}.py ended with {done.returncode}: see above")


def moved_data(config: Config, data: Path) -> list[str]:
    """Options that point every data set of a config from its ``data_root`` to ``data``."""
    options = []
    for key in LOADERS:
        node = config
        for part in key.split("."):
            node = node.get(part, {})
        if node:
            moved = data / Path(node.data_root).relative_to(config.data_root)
            options.append(f"{key}.data_root={moved}")
    return options


def _train(
    benchmark: Benchmark, args: argparse.Namespace, method: str, seed: int, data: Path
) -> Path:
    """Train one method unless its work directory holds an evaluation already."""
    runs = args.out / f"seed{seed}"
    work_dir = runs / method
    try:
        read_results(work_dir, benchmark.layout.mean.key)
        print(f"{work_dir} is complete", flush=True)
        return work_dir
    except InputError:
        pass
    config = benchmark.root / benchmark.config.format(method=method)
    first, second = args.iterations
    iterations = first + second if method == SOURCE_ONLY else second
    options = [
        f"randomness.seed={seed}",
        f"train_cfg.max_iters={iterations}",
        f"train_cfg.val_interval={iterations}",
        f"param_scheduler.0.end={iterations}",
        *moved_data(Config.fromfile(config, import_custom_modules=False), data),
    ]
    if method == SOURCE_ONLY:
        options.append(f"default_hooks.checkpoint.interval={first}")
    else:
        options.append(f"load_from={runs / SOURCE_ONLY / f'iter_{first}.pth'}")
    run_tool(benchmark.root, "train", config, "--work-dir", work_dir, "--cfg-options", *options)
    return work_dir
