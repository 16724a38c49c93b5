"""Run the rendered benchmark of detection: clear streets to foggy ones.

    python -m benchmarks.runs.foggy_streets --seeds 0 1 2

Renders, adds the fog, takes the boxes from the instance maps, trains each method and compares. What
is complete is not repeated: call it again after an interruption.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import Config

from benchmarks.runs.benchmark import Benchmark, benchmark_parser, check_weights, run_benchmark
from benchmarks.runs.recipes import COMMON_METHODS, Method, train
from benchmarks.runs.tool_calls import run_tool
from benchmarks.streets.bench import Plan, holds
from benchmarks.streets.command import render_and_tell
from mmadvent.checks import check_choice
from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY
from mmadvent.results.table_layout import AP_TABLE

ROOT = Path(__file__).resolve().parents[2]
R18, SSD300 = "ssd_r18", "ssd300_vgg16"
CONFIG = "configs/{method}/ssd_r18_foggy_streets.py"
FROZEN_NORMS = CONFIG.replace(".py", "_frozen_norms.py")
SPLITS = ("train", "val")
# SSD itself has no norms: these rows show what the losses do alone.
METHODS = COMMON_METHODS | {
    "source_free": Method(train),
    "minent_frozen_norms": Method(train, config=FROZEN_NORMS.format(method="minent")),
    "advent_frozen_norms": Method(train, config=FROZEN_NORMS.format(method="advent")),
}
# Of a network without norms: there is no row of their statistics.
PLAIN_METHODS = {name: COMMON_METHODS[name] for name in (SOURCE_ONLY, "minent", "advent", ORACLE)}


def options(args: argparse.Namespace, seed: int, config: Config) -> Sequence[str]:
    """Options of a config: initial weights, and the images that they take."""
    if args.weights is None:
        return []
    images = "model.data_preprocessor"
    mean = config.model.data_preprocessor.mean[::-1]
    return [
        f"model.backbone.init_cfg.checkpoint={args.weights}",
        f"{images}.bgr_to_rgb=False",
        f"{images}.mean={mean}",
    ]


def parse_args() -> argparse.Namespace:
    parser = benchmark_parser(
        "benchmarks.runs.foggy_streets",
        __doc__.splitlines()[0],
        "data/foggy_streets",
        "work_dirs/foggy_streets",
        methods=METHODS,
    )
    parser.add_argument("--network", default=R18, help=f"{R18} (default) or {SSD300}, the paper's")
    parser.add_argument(
        "--weights",
        type=Path,
        help=f"initial weights of {SSD300} for BGR images in [0, 255] minus the mean; ImageNet's "
        "by default, which are downloaded",
    )
    parser.add_argument("--train", type=int, default=300, help="training pictures, clear and foggy")
    parser.add_argument("--val", type=int, default=100, help="foggy test pictures")
    args = parser.parse_args()
    check_choice("--network", args.network, (R18, SSD300))
    check_weights(parser, args, SSD300)
    return args


def render(args: argparse.Namespace, seed: int, data: Path) -> None:
    """Render, add fog and make the annotations; fog and annotations skip what they find."""
    plan = Plan(seed=seed, train=args.train, val=args.val, labelled_train=True)
    if holds(data, plan):
        print(f"{data} is complete", flush=True)
    else:
        render_and_tell(data, plan)
    density = Config.fromfile(
        ROOT / CONFIG.format(method="source_only"), import_custom_modules=False
    ).fog_density
    splits = (data / "cityscapes", "--split", *SPLITS)
    run_tool(ROOT, "make_fog", *splits, "--beta", density)
    run_tool(ROOT, "convert_cityscapes_boxes", *splits)


def main() -> None:
    args = parse_args()
    small = args.network == R18
    benchmark = Benchmark(
        root=ROOT,
        config=CONFIG.replace(R18, args.network),
        heading="AP at an IoU of 0.5 on the foggy test pictures, in percent",
        layout=AP_TABLE,
        render=render,
        methods=METHODS if small else PLAIN_METHODS,
        iterations=(600, 300) if small else (1000, 500),
        options=options,
    )
    own = argparse.Namespace(**vars(args) | dict(out=args.out if small else args.out / SSD300))
    run_benchmark(benchmark, own)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
