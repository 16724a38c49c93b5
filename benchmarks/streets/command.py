"""The command line of the rendered streets."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from benchmarks.streets.bench import GAMES, Plan, Size, render_bench, total
from mmadvent.io.processes import progress_bar

WORKERS = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # One sentence instead of the whole usage.
        self.exit(2, f"{self.prog}: {message}\n")


def _size(text: str) -> Size:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"a size is WIDTHxHEIGHT, like 512x256, got {text!r}")
    return int(width), int(height)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m benchmarks.streets",
        description="Render street scenes as the data sets GTA5, SYNTHIA and Cityscapes.",
    )
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0, help="seed of all pictures (default 0)")
    for name, text in (
        ("gta5", "game pictures in GTA5's layout"),
        ("synthia", "game pictures in SYNTHIA's layout"),
        ("train", "unlabelled real pictures, and the same labelled in cityscapes_oracle"),
        ("val", "labelled real pictures"),
    ):
        parser.add_argument(f"--{name}", type=int, default=0, metavar="N", help=text)
    parser.add_argument(
        "--labelled-train",
        action="store_true",
        help="label the train pictures where they are, as a source; then there is no oracle's copy",
    )
    parser.add_argument(
        "--gap", type=float, default=1.0, help="0: real looks like the game; 1: full gap (default)"
    )
    parser.add_argument(
        "--gap-from", choices=sorted(GAMES), default="gta5", help="the game that gap 0 looks like"
    )
    for name, size in (("gta5", (512, 288)), ("synthia", (512, 304)), ("real", (512, 256))):
        parser.add_argument(
            f"--{name}-size", type=_size, default=size, metavar="WxH",
            help=f"size of these pictures (default {size[0]}x{size[1]})",
        )  # fmt: skip
    parser.add_argument(
        "--workers", type=int, default=WORKERS, help=f"processes (default {WORKERS})"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 2 for arguments it cannot use."""
    parser = _parser()
    asked = vars(parser.parse_args(arguments))
    out, workers = asked.pop("out"), asked.pop("workers")
    try:
        plan = Plan(**asked)
        render_and_tell(out, plan, workers)
    except (ValueError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return 0


def render_and_tell(out: Path, plan: Plan, workers: int = WORKERS) -> None:
    """Render a plan with a progress bar and print how many pictures each folder got.

    Raises:
        ValueError: as :func:`benchmarks.streets.bench.render_bench`.
    """
    with progress_bar(total(plan), "picture") as bar:
        counts = render_bench(out, plan, workers, lambda _: bar.update())
    for name, count in counts.items():
        print(f"{count:6d} pictures in {out / name}", flush=True)
