"""Run the benchmark of image-level adaptation: train translators, translate, train, compare.

    python -m benchmarks.runs.translation --seeds 0 1 2

A second table says how much of the content the translations keep. What is complete is not repeated:
call it again after an interruption. The pair streets_to_camvid needs CamVid (docs/camvid.md).
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import Config

from benchmarks.runs import camvid, streets
from benchmarks.runs.benchmark import Benchmark, benchmark_parser, refuse_options, run_benchmark
from benchmarks.runs.progress import Progress
from benchmarks.runs.recipes import Method, Run, with_needed
from benchmarks.runs.translated import (
    STATISTICS,
    content,
    methods,
    translator_config,
    translator_options,
    translators,
)
from mmadvent.checks import check_choice
from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.io.tables import markdown_table, show_table
from mmadvent.io.writing import write_bytes
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY, TITLES
from mmadvent.results.result_pages import figures
from mmadvent.results.results_table import results_table
from mmadvent.results.table_layout import IOU_TABLE, TableRow

ROOT = Path(__file__).resolve().parents[2]
DATA = {
    "streets": "data/streets",
    "streets_synthia": "data/streets",
    "streets_to_camvid": "data/camvid",
}
# Options of one kind of pair.
RENDERED = tuple(pair for pair in DATA if pair != camvid.STREETS)
OF_RENDERED = ("target", "val", "gap")
OF_CAMVID = ("network", "streets", "weights", "scale", "split")
ITERATIONS = {
    "streets": (800, 100),
    "streets_synthia": (800, 100),
    "streets_to_camvid": (1000, 600),
}
METHODS = methods()


def parse_args(words: Sequence[str] | None = None) -> argparse.Namespace:
    # The options of both benchmarks whose pictures it uses.
    parser = benchmark_parser(
        "benchmarks.runs.translation",
        __doc__.splitlines()[0],
        "data",
        "work_dirs/translation",
        METHODS,
    )
    parser.add_argument("--pair", default="streets", help=", ".join(DATA))
    parser.add_argument(
        "--translator-iterations", type=int, default=2000, help="of each translator's training"
    )
    parser.add_argument(
        "--translator-options",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="of every translator's config, for example model.generator.num_blocks=2",
    )
    parser.add_argument("--source", type=int, default=300, help="rendered source pictures")
    parser.add_argument("--target", type=int, default=300, help="rendered target pictures")
    parser.add_argument("--val", type=int, default=60, help="rendered test pictures")
    parser.add_argument("--gap", type=float, default=0.7, help="strength of the domain gap")
    camvid.add_camvid_arguments(parser)
    parser.set_defaults(data=None)
    args = parser.parse_args(words)
    check_choice("--pair", args.pair, tuple(DATA))
    refuse_options(parser, args, OF_RENDERED, "pair", RENDERED)
    refuse_options(parser, args, OF_CAMVID, "pair", (camvid.STREETS,))
    if is_real(args):
        camvid.check(parser, args)
    else:
        args.network = camvid.R18
    args.data = args.data or Path(DATA[args.pair])
    args.iterations = args.iterations or ITERATIONS[args.pair]
    args.methods = args.methods or list(methods_of(args))
    args.directions = ["synthia" if args.pair == "streets_synthia" else "gta5"]
    return args


def methods_of(args: argparse.Namespace) -> dict[str, Method]:
    """The rows of the command line's network."""
    left_out = STATISTICS if args.network == camvid.VGG16 else ()
    return {name: method for name, method in METHODS.items() if name not in left_out}


def is_real(args: argparse.Namespace) -> bool:
    """Whether the target's pictures are photographs."""
    return args.pair == camvid.STREETS


def of_pair(args: argparse.Namespace) -> Benchmark:
    """The benchmark of the command line's pair."""
    real = is_real(args)
    return Benchmark(
        root=ROOT,
        config=f"configs/{{method}}/deeplabv2_{args.network}_{args.pair}.py",
        heading=f"IoU on the target's test pictures, in percent; {args.pair}",
        layout=IOU_TABLE,
        render=camvid.prepare if real else streets.render,
        methods=methods_of(args),
        iterations=ITERATIONS[args.pair],
        rendered=not real,
        options=camvid.options if real else lambda *_: (),
    )


def write_content_table(benchmark: Benchmark, args: argparse.Namespace) -> None:
    """Test the oracle on every source: how much of the content a translation keeps."""
    chosen = with_needed(benchmark.methods, args.methods)
    if ORACLE not in chosen:
        return
    names = [name for name in (SOURCE_ONLY, *translators()) if name in chosen]
    progress = Progress([0 for _ in names for _ in args.seeds])
    rows = []
    for name in names:
        paths = []
        for seed in args.seeds:
            log = args.out / f"seed{seed}" / f"{name}_content.log"
            title = f"oracle on the images of {TITLES[name]}, seed {seed}"
            with progress.training(title, log, 0) as test:
                paths.append(content(benchmark.run(args, name, seed, test)))
        rows.append(TableRow(TITLES[name], tuple(paths)))
    table = figures(results_table(rows, IOU_TABLE))
    write_bytes(args.out / "content.md", f"{markdown_table(*table)}\n".encode())
    print("\nIoU of the oracle on the sources, in percent\n")
    show_table(*table)


def main() -> None:
    args = parse_args()
    benchmark = of_pair(args)
    out = camvid.folder(args) if is_real(args) else args.out / args.pair
    args = argparse.Namespace(**vars(args) | dict(out=out))
    run_benchmark(benchmark, args)
    write_content_table(benchmark, args)
    if args.pictures:
        for name in (name for name in translators() if name in args.methods):
            draw_translations(benchmark.run(args, name, args.seeds[0]), args)


def draw_translations(run: Run, args: argparse.Namespace) -> None:
    """Draw what the row's translator makes of both domains."""
    path = translator_config(run)
    checkpoint = run.work_dir / "translator" / f"iter_{args.translator_iterations}.pth"
    options = translator_options(run, Config.fromfile(path, import_custom_modules=False))
    sheet = ["--count", args.pictures, "--out", args.out / f"{run.method}.png"]
    run.tool("translation_sheet", path, checkpoint, *sheet, "--cfg-options", *options)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
