"""Run the rendered benchmark of segmentation: render, train each method, compare.

    python -m benchmarks.runs.streets --seeds 0 1 2

Each direction has a source of its own, in the layout of GTA5 (19 classes) or of SYNTHIA (16), and
the same target. What is complete is not repeated: call it again after an interruption.
"""

import argparse
from pathlib import Path

from benchmarks.runs.benchmark import Benchmark, benchmark_parser, run_benchmark
from benchmarks.runs.segmentation_methods import GROUP_NORM_METHODS, METHODS
from benchmarks.streets.bench import Plan, holds
from benchmarks.streets.command import render_and_tell
from mmadvent.checks import check_choice
from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.results.table_layout import IOU_TABLE

ROOT = Path(__file__).resolve().parents[2]
DIRECTIONS = {"gta5": "", "synthia": "_synthia"}
BATCH_NORM, GROUP_NORM = "batch_norm", "group_norm"


def parse_args() -> argparse.Namespace:
    parser = benchmark_parser(
        "benchmarks.runs.streets",
        __doc__.splitlines()[0],
        "data/streets",
        "work_dirs/streets",
        METHODS,
    )
    parser.add_argument(
        "--norm",
        default=BATCH_NORM,
        help="of the network: batch_norm (default), or group_norm, which holds nothing of a "
        "domain; that one for gta5 alone",
    )
    parser.add_argument(
        "--directions", nargs="+", default=list(DIRECTIONS), help=", ".join(DIRECTIONS)
    )
    parser.add_argument("--source", type=int, default=300, help="game pictures of each direction")
    parser.add_argument("--target", type=int, default=300, help="real training pictures")
    parser.add_argument("--val", type=int, default=60, help="real test pictures")
    parser.add_argument("--gap", type=float, default=0.7, help="strength of the domain gap")
    return parser.parse_args()


def render(args: argparse.Namespace, seed: int, data: Path) -> None:
    """Render the sources of all chosen directions and the target."""
    gta5, synthia = (args.source if name in args.directions else 0 for name in DIRECTIONS)
    plan = Plan(
        seed=seed, gta5=gta5, synthia=synthia, train=args.target, val=args.val, gap=args.gap
    )
    if holds(data, plan):
        print(f"{data} is complete", flush=True)
        return
    render_and_tell(data, plan)


def main() -> None:
    args = parse_args()
    check_choice("--norm", args.norm, (BATCH_NORM, GROUP_NORM))
    grouped = args.norm == GROUP_NORM
    for direction in args.directions:
        check_choice("--directions", direction, tuple(DIRECTIONS)[: 1 if grouped else None])
    for direction in args.directions:
        name = f"{direction}_{GROUP_NORM}" if grouped else direction
        suffix = f"_{GROUP_NORM}" if grouped else DIRECTIONS[direction]
        benchmark = Benchmark(
            root=ROOT,
            config=f"configs/{{method}}/deeplabv2_r18_streets{suffix}.py",
            heading=f"IoU on the target's test pictures, in percent; source {name}",
            layout=IOU_TABLE,
            render=render,
            methods=GROUP_NORM_METHODS if grouped else METHODS,
            iterations=(800, 300) if grouped else (800, 100),
        )
        own = argparse.Namespace(**vars(args) | dict(out=args.out / name))
        run_benchmark(benchmark, own)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
