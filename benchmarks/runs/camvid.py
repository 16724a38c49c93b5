"""Run the benchmark of real pictures: CamVid by day, or rendered streets, to CamVid.

    python -m benchmarks.runs.camvid --seeds 0 1 2 --weights VGG16.pth --amp

Needs the data (docs/camvid.md). Trains each method and compares. What is complete is not repeated:
call it again after an interruption.
"""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mmengine.config import Config

from benchmarks.runs.benchmark import (
    Benchmark,
    benchmark_parser,
    check_weights,
    refuse_options,
    run_benchmark,
)
from benchmarks.runs.recipes import COMMON_METHODS, Method, train
from benchmarks.runs.segmentation_methods import METHODS as STREETS_METHODS
from benchmarks.runs.segmentation_methods import esl, with_class_prior
from benchmarks.streets.bench import Plan, holds
from benchmarks.streets.command import render_and_tell
from mmadvent.checks import check_choice
from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY
from mmadvent.results.table_layout import IOU_TABLE

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "configs/{{method}}/deeplabv2_{network}_{pair}.py"
VGG16, R18 = "vgg16", "r18"
DUSK, STREETS = "camvid_day_to_dusk", "streets_to_camvid"
# The sequences of the test frames that are measured. Hyper-parameters are chosen on all of val.
MEASURED = {DUSK: "[0001TP]", STREETS: None}
SPLITS = ("test", "val")
# Of a network with norms: beside the losses, what the target's statistics do without one.
R18_METHODS = (
    SOURCE_ONLY, "adabn", "fourier", "minent", "minent_cp", "advent", "advent_cp", "mean_teacher",
    "batch_statistics", "tent", "source_free", ORACLE,
)  # fmt: skip


def methods_of(pair: str, network: str) -> dict[str, Method]:
    """The rows of a pair's table; one of norm statistics where the network has norms."""
    if network == R18:
        return {name: STREETS_METHODS[name] for name in R18_METHODS}
    return {
        SOURCE_ONLY: COMMON_METHODS[SOURCE_ONLY],
        "fourier": STREETS_METHODS["fourier"],
        "minent": COMMON_METHODS["minent"],
        "minent_cp": STREETS_METHODS["minent_cp"],
        "advent": COMMON_METHODS["advent"],
        "advent_cp": STREETS_METHODS["advent_cp"],
        "advent_cp_fourier": Method(
            with_class_prior, config=f"configs/advent_cp/deeplabv2_vgg16_{pair}_fourier.py"
        ),
        "advent_minent": STREETS_METHODS["advent_minent"],
        "esl": STREETS_METHODS["esl"],
        "esl_cp": Method(partial(esl, teacher="advent_cp"), (SOURCE_ONLY, "advent_cp"), of="esl"),
        "source_free": Method(train),
        "mean_teacher": Method(train),
        "mean_teacher_cp": Method(
            partial(train, start="advent_cp"), ("advent_cp",), of="mean_teacher"
        ),
        ORACLE: COMMON_METHODS[ORACLE],
    }


def parse_args(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = benchmark_parser(
        "benchmarks.runs.camvid",
        __doc__.splitlines()[0],
        "data/camvid",
        "work_dirs/camvid",
        methods=methods_of(DUSK, VGG16) | methods_of(DUSK, R18),
    )
    parser.add_argument("--pair", default=DUSK, help=f"{DUSK} (default) or {STREETS}")
    parser.add_argument("--source", type=int, default=400, help="rendered pictures")
    add_camvid_arguments(parser)
    args = parser.parse_args(words)
    check_choice("--pair", args.pair, tuple(MEASURED))
    refuse_options(parser, args, ("source", "streets"), "pair", (STREETS,))
    check(parser, args)
    return args


def add_camvid_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what :func:`prepare` and :func:`options` ask for, but the number of rendered pictures."""
    parser.add_argument(
        "--network",
        default=VGG16,
        help=f"for CamVid: {VGG16} (default), without norms, or {R18}, a small one with them, from "
        "random weights",
    )
    parser.add_argument(
        "--streets",
        type=Path,
        default=Path("data/streets_to_camvid"),
        help="for the rendered pictures",
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
        help="of a network's input on CamVid, 480 360 by default; 240 180 for a processor",
    )
    parser.add_argument(
        "--split",
        default="test",
        help="what is measured: test (default), or val, by day",
    )


def prepare(args: argparse.Namespace, seed: int, data: Path) -> None:
    """Say where CamVid comes from, if it is not there; render the streets of the seed."""
    if not (data / "train").is_dir():
        raise InputError(
            f"--data must be the folder 'CamVid' of SegNet's tutorial, but '{data / 'train'}' does "
            "not exist; docs/camvid.md says how to get it"
        )
    if args.pair == STREETS:
        plan = Plan(seed=seed, gta5=args.source, gta5_size=(480, 360))
        if not holds(streets(args, seed), plan):
            render_and_tell(streets(args, seed), plan)


def streets(args: argparse.Namespace, seed: int) -> Path:
    """The folder of the rendered pictures of a seed."""
    return args.streets / f"seed{seed}"


def options(args: argparse.Namespace, seed: int, config: Config) -> Sequence[str]:
    """Options of a config: initial weights, the input's size, what is measured, and more."""
    chosen = []
    sequences = MEASURED[args.pair] if args.split == "test" else None
    for loader in ("val_dataloader", "test_dataloader"):
        # Also in training, whose one evaluation comes at its end and chooses nothing.
        chosen.append(f"{loader}.dataset.split={args.split}")
        chosen.append(f"{loader}.dataset.sequences={sequences}")
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
    if config.train_dataloader.dataset.type == "GTA5CamVidDataset":  # not the oracle's
        chosen.append(f"train_dataloader.dataset.data_root={streets(args, seed) / 'GTA5'}")
    return chosen


def check(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Check what :func:`add_camvid_arguments` adds."""
    check_choice("--network", args.network, (VGG16, R18))
    check_choice("--split", args.split, SPLITS)
    check_weights(parser, args, VGG16)


def folder(args: argparse.Namespace) -> Path:
    """Of the runs of a pair and a network."""
    return args.out / (args.pair if args.network == VGG16 else f"{args.pair}_{args.network}")


def main() -> None:
    args = parse_args()
    benchmark = Benchmark(
        root=ROOT,
        config=CONFIG.format(network=args.network, pair=args.pair),
        heading=f"IoU on the {args.split} frames of {args.pair}, in percent",
        layout=IOU_TABLE,
        render=prepare,
        methods=methods_of(args.pair, args.network),
        iterations=(1000, 600),
        rendered=False,
        options=options,
    )
    run_benchmark(benchmark, argparse.Namespace(**vars(args) | dict(out=folder(args))))


if __name__ == "__main__":
    with one_sentence_errors():
        main()
