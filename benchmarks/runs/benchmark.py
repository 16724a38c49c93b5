"""Runs of a benchmark: every method and seed, then a table and a sheet of pictures."""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mmengine.config import Config

from benchmarks.runs.jobs import run_jobs
from benchmarks.runs.progress import Progress, Training
from benchmarks.runs.recipes import Method, Run, with_needed
from benchmarks.runs.settings import check_noted, check_numbers, note, settings_of
from benchmarks.runs.tool_calls import run_tool
from mmadvent.errors import InputError
from mmadvent.io.tables import markdown_table, show_table
from mmadvent.io.writing import write_bytes
from mmadvent.results.curves import draw_curves
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY, TITLES
from mmadvent.results.result_pages import figures, uneven_means
from mmadvent.results.results_table import results_table
from mmadvent.results.table_layout import TableLayout, TableRow


@dataclass(frozen=True)
class Benchmark:
    """What differs between the benchmarks.

    Attributes:
        root: folder of the repository, which holds ``tools`` and ``configs``.
        config: path of a method's config below it, with ``{method}`` in the method's place.
        heading: of the table, up to the seeds.
        layout: of the table.
        render: makes the pictures of a seed in a folder, unless they are there.
        methods: the rows of the table by their names in paths, the source alone first.
        iterations: of the source alone and then of each method, where the command says nothing.
        rendered: whether each seed has pictures of its own, in a folder of its own.
        options: further ones of a method's config, by the command line, the seed and the config.
    """

    root: Path
    config: str
    heading: str
    layout: TableLayout
    render: Callable[[argparse.Namespace, int, Path], None]
    methods: Mapping[str, Method]
    iterations: tuple[int, int]
    rendered: bool = True
    options: Callable[[argparse.Namespace, int, Config], Sequence[str]] = lambda *_: ()

    def data(self, args: argparse.Namespace, seed: int) -> Path:
        """The folder of a seed's pictures."""
        return args.data / f"seed{seed}" if self.rendered else args.data

    def run(
        self, args: argparse.Namespace, name: str, seed: int, training: Training | None = None
    ) -> Run:
        """A method with a seed."""
        method = self.methods[name]
        return Run(
            root=self.root,
            config_pattern=method.config or self.config,
            method=name,
            seed=seed,
            data=self.data(args, seed),
            folder=args.out / f"seed{seed}",
            measure=self.layout.mean.key,
            args=args,
            extra=lambda config: [*self.options(args, seed, config), *args.cfg_options],
            of=method.of,
            training=training,
        )


def benchmark_parser(
    module: str,
    description: str,
    data: str,
    out: str,
    methods: Mapping[str, Method],
) -> argparse.ArgumentParser:
    """The options of every benchmark's command line.

    Args:
        module: as it is called, ``python -m MODULE``.
        description: of the command.
        data: default folder of the pictures.
        out: default folder of the runs.
        methods: those that there are.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="one training each")
    parser.add_argument("--methods", nargs="+", help=", ".join(methods))
    parser.add_argument("--data", type=Path, default=Path(data), help="for the pictures")
    parser.add_argument("--out", type=Path, default=Path(out), help="for the runs")
    parser.add_argument(
        "--iterations",
        type=int,
        nargs=2,
        metavar=("FIRST", "SECOND"),
        help="on the source alone, and then of each method",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=1,
        help="trainings at once, each in a process of its own: six fill a large GPU",
    )
    parser.add_argument(
        "--pictures", type=int, default=3, help="test pictures on the sheet; 0 for none"
    )
    parser.add_argument(
        "--amp",
        action="store_true",
        help="train with mixed precision, as tools/train.py has it; faster on a processor with "
        "bfloat16 instructions",
    )
    parser.add_argument(
        "--cfg-options",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="of every training of a network, which win over all else; give such a run an --out of "
        "its own",
    )
    return parser


def refuse_options(
    parser: argparse.ArgumentParser,
    args: argparse.Namespace,
    names: Sequence[str],
    choice: str,
    allowed: Sequence[str],
) -> None:
    """Refuse options that the run would not look at.

    Args:
        parser: of the command line, which knows the defaults.
        args: the command line.
        names: the options that go with ``allowed`` alone.
        choice: the option that decides, ``pair``.
        allowed: its values that look at them.

    Raises:
        InputError: if one of them was given with another value.
    """
    came = getattr(args, choice)
    given = [name for name in names if getattr(args, name) != parser.get_default(name)]
    if given and came not in allowed:
        raise InputError(
            f"--{given[0]} is for --{choice} {' or '.join(allowed)}, got --{choice} {came}"
        )


def check_weights(parser: argparse.ArgumentParser, args: argparse.Namespace, network: str) -> None:
    """Check ``--weights``, a file of initial weights for one of the networks.

    Raises:
        InputError: if it is given for another network, or is no file.
    """
    refuse_options(parser, args, ("weights",), "network", (network,))
    if args.weights is not None and not args.weights.is_file():
        raise InputError(f"--weights must be a file, but '{args.weights}' does not exist")


def run_benchmark(benchmark: Benchmark, args: argparse.Namespace) -> None:
    """Render, train and compare; what is complete is not repeated.

    Several trainings run at once with ``args.jobs``, each after those that it needs. Seeds may run
    in processes of their own too, and one last for all of them makes the table.

    Writes ``table.md``, ``sheet.png`` and, of methods that evaluate along the way, ``curves.png``
    into ``args.out``, and a folder for each seed beside them.

    Raises:
        InputError: if a method is unknown, if a run that is complete is of other settings, or if
            one of the other command lines fails.
    """
    methods = benchmark.methods
    chosen = args.methods or list(methods)
    unknown = set(chosen) - set(methods)
    if unknown:
        raise InputError(f"--methods must be among {', '.join(methods)}, got {min(unknown)}")
    check_numbers(args)
    args = argparse.Namespace(
        **vars(args) | dict(iterations=args.iterations or benchmark.iterations)
    )
    names = with_needed(methods, chosen)
    runs = (args.out / f"seed{seed}" / name for seed in args.seeds for name in names)
    check_noted(runs, settings_of(args))
    start = time.time()
    for seed in args.seeds:
        benchmark.render(args, seed, benchmark.data(args, seed))
    work_dirs = _train(benchmark, args, names)
    rows = [TableRow(TITLES[name], tuple(paths)) for name, paths in work_dirs.items()]
    oracle = TITLES[ORACLE] if ORACLE in work_dirs else None
    results = results_table(rows, benchmark.layout, oracle)
    table = figures(results)
    write_bytes(args.out / "table.md", f"{markdown_table(*table)}\n".encode())
    print(f"\n{benchmark.heading}; seeds {args.seeds}\n")
    show_table(*table)
    if note_of_means := uneven_means(results):
        print(f"\n{note_of_means.strip()}")
    print(f"\ntable: {args.out / 'table.md'}")
    curves = args.out / "curves.png"
    if draw_curves({row.method: row.work_dirs for row in rows}, benchmark.layout.mean, curves):
        print(f"curves: {curves}")
    if args.pictures:
        print(f"pictures: {draw_sheet(benchmark, args, work_dirs)}")
    print(f"{time.time() - start:.0f} s in all")


def _train(
    benchmark: Benchmark, args: argparse.Namespace, names: Sequence[str]
) -> dict[str, list[Path]]:
    """Run methods with every seed: the folders of their evaluations."""
    lengths = {name: benchmark.methods[name].length or partial(_length, name) for name in names}
    settings = settings_of(args)
    iterations = {name: length(args) for name, length in lengths.items()}
    progress = Progress([iterations[name] for _ in args.seeds for name in names], args.jobs)

    def run(job: tuple[int, str]) -> Path:
        seed, name = job
        log = args.out / f"seed{seed}" / f"{name}.log"
        with progress.training(f"{TITLES[name]}, seed {seed}", log, iterations[name]) as training:
            one = benchmark.run(args, name, seed, training)
            evaluated = benchmark.methods[name].recipe(one)
        note(one.work_dir, settings)
        return evaluated

    jobs = {
        (seed, name): [(seed, need) for need in benchmark.methods[name].needs]
        for seed in args.seeds
        for name in names
    }
    ended = run_jobs(jobs, run, args.jobs)
    return {name: [ended[seed, name] for seed in args.seeds] for name in names}


def _length(name: str, args: argparse.Namespace) -> int:
    return sum(args.iterations) if name == SOURCE_ONLY else args.iterations[1]


def draw_sheet(
    benchmark: Benchmark, args: argparse.Namespace, work_dirs: Mapping[str, list[Path]]
) -> Path:
    """Draw what the methods of the first seed predict, and return the file."""
    sheet = args.out / "sheet.png"
    models: list[object] = []
    for name, paths in work_dirs.items():
        if benchmark.methods[name].on_sheet:
            models += ["--model", TITLES[name], paths[0]]
    run_tool(benchmark.root, "picture_sheet", *models, "--count", args.pictures, "--out", sheet)
    return sheet
