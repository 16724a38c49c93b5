"""Run the rendered benchmark of segmentation: render, train each method, compare.

    python tools/run_streets.py --seeds 0 1 2

What is complete is not repeated: call it again after an interruption.
"""

import argparse
from pathlib import Path

from mmadvent.engine.benchmark_runs import (
    COMMON_METHODS,
    Benchmark,
    benchmark_parser,
    run_benchmark,
    run_tool,
)
from mmadvent.engine.command_line import one_sentence_errors
from mmadvent.segmentation.iou_table import IOU_TABLE
from mmadvent.streets.bench import Plan, holds

ROOT = Path(__file__).resolve().parents[1]


def parse_args() -> argparse.Namespace:
    parser = benchmark_parser(
        __doc__.splitlines()[0], "data/streets", "work_dirs/streets", (500, 200), COMMON_METHODS
    )
    parser.add_argument("--source", type=int, default=300, help="game pictures")
    parser.add_argument("--target", type=int, default=300, help="real training pictures")
    parser.add_argument("--val", type=int, default=60, help="real test pictures")
    parser.add_argument("--gap", type=float, default=0.7, help="strength of the domain gap")
    return parser.parse_args()


def render(args: argparse.Namespace, seed: int, data: Path) -> None:
    plan = Plan(seed=seed, gta5=args.source, train=args.target, val=args.val, gap=args.gap)
    if holds(data, plan):
        print(f"{data} is complete", flush=True)
        return
    sizes = ("--gta5", args.source, "--train", args.target, "--val", args.val, "--synthia", 0)
    run_tool(ROOT, "render_streets", data, "--seed", seed, "--gap", args.gap, *sizes)


def main() -> None:
    benchmark = Benchmark(
        root=ROOT,
        config="configs/{method}/deeplabv2_r18_streets.py",
        heading="IoU on the target's test pictures, in percent",
        layout=IOU_TABLE,
        render=render,
        methods=COMMON_METHODS,
    )
    run_benchmark(benchmark, parse_args())


if __name__ == "__main__":
    with one_sentence_errors():
        main()
