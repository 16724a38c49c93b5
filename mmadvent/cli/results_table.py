"""Print the paper's tables for one's own runs: every class, the mean, the gap to the oracle.

    mmadvent results-table --row AdvEnt work_dirs/a0 work_dirs/a1 --row oracle work_dirs/o
    mmadvent results-table --runs work_dirs/streets --out table.html

A row is a method and its work directories, one for each seed, of trainings or tests. The last
evaluation of each counts. On the paper's own benchmarks (--paper) its figures stand below ours.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from mmadvent.errors import InputError
from mmadvent.io.evaluations import last_training, read_results
from mmadvent.io.outputs import check_file_to_write
from mmadvent.results.method_titles import ORACLE, TITLES
from mmadvent.results.paper_figures import PaperBenchmark, PaperRow, paper_benchmark
from mmadvent.results.result_html import html_page
from mmadvent.results.result_pages import csv_page, markdown_page
from mmadvent.results.results_table import ResultsTable, read_row, results_table
from mmadvent.results.table_layout import AP_TABLE, IOU_TABLE, TableLayout, TableRow

PAGES: dict[str, Callable[[ResultsTable, str], str]] = {
    "markdown": markdown_page,
    "csv": csv_page,
    "html": html_page,
}
ENDINGS = {".md": "markdown", ".csv": "csv", ".html": "html"}
# The means that an evaluation is known by.
IOU, AP = IOU_TABLE.mean.key, AP_TABLE.mean.key


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--row",
        nargs="+",
        action="append",
        default=[],
        metavar=("NAME", "WORK_DIR"),
        help="a method's name and its work directories, one for each seed",
    )
    parser.add_argument(
        "--runs",
        type=Path,
        help="a row for each METHOD of a folder of seed*/METHOD work directories",
    )
    parser.add_argument(
        "--oracle", help=f"row that the gaps are to (the row '{ORACLE}', if there is one)"
    )
    parser.add_argument(
        "--paper",
        metavar="BENCHMARK",
        help="show the paper's figures of gta2cs-r101, gta2cs-vgg16, synthia2cs-r101, "
        "synthia2cs-vgg16 or cs2foggy-ssd300",
    )
    parser.add_argument(
        "--paper-row",
        action="append",
        default=[],
        metavar="NAME=PAPER_NAME",
        help="the paper's row for one of ours (by default that of the same name, with or without "
        "'Ours'), for example 'both=Ours (AdvEnt+MinEnt)'",
    )
    parser.add_argument("--format", metavar="|".join(PAGES), help="(as --out ends, or markdown)")
    parser.add_argument("--out", type=Path, help="file to write (printed by default)")


def page_format(args: Namespace) -> str:
    """The format asked for, or that of the file's ending."""
    if args.format:
        if args.format not in PAGES:
            raise InputError(f"--format must be among {', '.join(PAGES)}, got '{args.format}'")
        return args.format
    if args.out is None:
        return "markdown"
    if args.out.suffix not in ENDINGS:
        raise InputError(
            f"--out must end in {', '.join(ENDINGS)}, or --format be given, got '{args.out}'"
        )
    return ENDINGS[args.out.suffix]


def rows_of(args: Namespace) -> list[TableRow]:
    """The benchmark's rows, then those named one by one."""
    rows = benchmark_rows(args.runs) if args.runs else []
    for name, *work_dirs in args.row:
        if not work_dirs:
            raise InputError(f"--row needs a name and its work directories, got only '{name}'")
        rows.append(TableRow(name, tuple(map(Path, work_dirs))))
    if not rows:
        raise InputError("give at least one --row NAME WORK_DIR, or --runs DIR")
    return rows


def benchmark_rows(root: Path) -> list[TableRow]:
    """The methods that every seed has an evaluation of; the others are named on stderr.

    So are folders that are no seed's, such as a copy ``seed0_old``, and methods with rounds whose
    seeds have not all begun the last one.
    """
    folders = sorted(root.glob("seed*/"), key=lambda path: (len(path.name), path.name))
    seeds = [path for path in folders if path.name.removeprefix("seed").isdecimal()]
    for path in folders:
        if path not in seeds:
            print(f"left out: '{path}', since its name is not seed and a number", file=sys.stderr)
    if not seeds:
        raise InputError(f"--runs must be a folder of seed*/METHOD work directories, got '{root}'")
    found = {path.name for seed in seeds for path in seed.glob("*/")}
    order = [name for name in TITLES if name in found]
    rows = []
    for name in [*order, *sorted(found.difference(order))]:
        work_dirs = tuple(last_training(seed / name) for seed in seeds)
        row = TableRow(TITLES.get(name, name.replace("_", " ")), work_dirs)
        try:
            _check_rounds(seeds, work_dirs)
            read_row(row, IOU, AP)
        except InputError as error:
            print(f"left out: '{name}', since {error}", file=sys.stderr)
            continue
        rows.append(row)
    if not rows:
        raise InputError(f"no method has an evaluation of every seed in '{root}'")
    return rows


def _check_rounds(seeds: Sequence[Path], work_dirs: Sequence[Path]) -> None:
    ends = [path.relative_to(seed) for seed, path in zip(seeds, work_dirs, strict=True)]
    for path, end in zip(work_dirs, ends, strict=True):
        if end != ends[0]:
            raise InputError(
                f"its seeds must have the same last round, got '{work_dirs[0]}' and '{path}'"
            )


def layout_of(row: TableRow) -> TableLayout:
    """The columns of segmentation or of detection, whichever the first run was evaluated for."""
    return IOU_TABLE if IOU in read_results(row.work_dirs[0], IOU, AP) else AP_TABLE


def paper_rows(
    benchmark: PaperBenchmark, methods: Sequence[str], oracle: str | None, chosen: Sequence[str]
) -> dict[str, PaperRow]:
    """The paper's row of each method that it has; the others are named on stderr."""
    rows = {}
    for text in chosen:
        method, _, name = text.partition("=")
        if method not in methods:
            raise InputError(
                f"--paper-row must be NAME=PAPER_NAME with one of the rows {', '.join(methods)}, "
                f"got '{text}'"
            )
        rows[method] = benchmark.row(name)
    for method in methods:
        like = rows.get(method) or benchmark.row_like(ORACLE if method == oracle else method)
        if like:
            rows[method] = like
        else:
            print(f"the paper has no row '{method}' in {benchmark.title}", file=sys.stderr)
    return rows


def run(args: Namespace) -> None:
    page = PAGES[page_format(args)]
    if args.out:
        check_file_to_write(args.out, "--out")
    benchmark = paper_benchmark(args.paper) if args.paper else None
    if args.paper_row and not benchmark:
        raise InputError("--paper-row needs --paper")
    rows = rows_of(args)
    methods = [row.method for row in rows]
    oracle = args.oracle or (ORACLE if ORACLE in methods else None)
    paper = paper_rows(benchmark, methods, oracle, args.paper_row) if benchmark else {}
    table = results_table(rows, layout_of(rows[0]), oracle, paper)
    if benchmark:
        benchmark.check_classes(table.classes)
        for path in (path for row in rows for path in row.work_dirs):
            benchmark.check_run(path)
    text = page(table, benchmark.title if benchmark else "Results")
    if args.out is None:
        print(text, end="")
    else:
        from mmadvent.io.writing import write_bytes

        write_bytes(args.out, text.encode())
        print(f"wrote {args.out}")
