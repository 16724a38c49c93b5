"""Run the benchmark of real pictures: CamVid by day to CamVid at dusk.

    python -m benchmarks.runs.camvid --seeds 0 1 2 --weights VGG16.pth --amp

Needs the data (docs/camvid.md). Trains each method and compares. What is complete is not repeated:
call it again after an interruption.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.runs.benchmark import Benchmark, benchmark_parser, run_benchmark
from benchmarks.runs.recipes import COMMON_METHODS, Method, train
from benchmarks.runs.segmentation_methods import with_class_prior
from mmadvent.checks import check_choice
from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.results.iou_table import IOU_TABLE
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "configs/{method}/deeplabv2_vgg16_camvid_day_to_dusk.py"
# No row of norm statistics: the network has no norms.
METHODS = {
    SOURCE_ONLY: COMMON_METHODS[SOURCE_ONLY],
    "minent": COMMON_METHODS["minent"],
    "minent_cp": Method(with_class_prior),
    "advent": COMMON_METHODS["advent"],
    "advent_cp": Method(with_class_prior),
    "mean_teacher": Method(train),
    ORACLE: COMMON_METHODS[ORACLE],
}
# The sequences of a split that are measured: dusk, and all of val, which is by day. (Written as an
# option, val's one, 0016E5, would be read as a number.)
MEASURED = {"test": "[0001TP]", "val": None}


def parse_args() -> argparse.Namespace:
    parser = benchmark_parser(
        "benchmarks.runs.camvid",
        __doc__.splitlines()[0],
        "data/camvid",
        "work_dirs/camvid",
        iterations=(1000, 600),
        methods=METHODS,
    )
    parser.add_argument(
        "--weights",
        type=Path,
        help="initial weights of VGG-16 under torchvision's names, for BGR images in [0, 255] "
        "minus the mean; ImageNet's of torchvision by default, which are downloaded",
    )
    parser.add_argument(
        "--scale",
        type=int,
        nargs=2,
        metavar=("WIDTH", "HEIGHT"),
        help="of the network's input, 480 360 by default; 240 180 for a processor",
    )
    parser.add_argument(
        "--split",
        default="test",
        help="what is measured: test, at dusk (default), or val, by day",
    )
    parser.add_argument(
        "--cfg-options",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="of every training, which win over all else; give such a run an --out of its own",
    )
    return parser.parse_args()


def check_data(args: argparse.Namespace, seed: int, data: Path) -> None:
    """The pictures cannot be made: say where they come from."""
    if not (data / "train").is_dir():
        raise InputError(
            f"--data must be the folder 'CamVid' of SegNet's tutorial, but '{data / 'train'}' does "
            "not exist; docs/camvid.md says how to get it"
        )


def options(args: argparse.Namespace) -> Sequence[str]:
    """Options of every config: initial weights, the input's size, what is measured, and more."""
    chosen = []
    for loader in ("val_dataloader", "test_dataloader"):
        # Also in training, whose one evaluation comes at its end and chooses nothing.
        chosen.append(f"{loader}.dataset.split={args.split}")
        chosen.append(f"{loader}.dataset.sequences={MEASURED[args.split]}")
    if args.weights is not None:
        chosen.append(f"model.backbone.init_cfg.checkpoint={args.weights}")
        chosen.append("model.backbone.pretrained_std=None")
    if args.scale is not None:
        width, height = args.scale
        # The places of Resize in the pipelines.
        places = {"train": 2, "target": 2, "val": 1, "test": 1}
        for name, place in places.items():
            step = f"{name}_dataloader.dataset.pipeline.{place}"
            chosen.append(f"{step}.scale=({width},{height})")
    return [*chosen, *args.cfg_options]


def main() -> None:
    args = parse_args()
    check_choice("--split", args.split, tuple(MEASURED))
    if args.weights is not None and not args.weights.is_file():
        raise InputError(f"--weights must be a file, but '{args.weights}' does not exist")
    benchmark = Benchmark(
        root=ROOT,
        config=CONFIG,
        heading=f"IoU on CamVid's {args.split} frames, in percent",
        layout=IOU_TABLE,
        render=check_data,
        methods=METHODS,
        rendered=False,
        options=options,
    )
    run_benchmark(benchmark, args)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
