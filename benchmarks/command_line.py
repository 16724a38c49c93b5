"""The command line of the benches."""

import argparse
from collections.abc import Collection
from pathlib import Path

import torch

from mmadvent.errors import InputError


def parse_args(description: str | None, names: Collection[str], file: Path) -> argparse.Namespace:
    """Read and check the words, and set torch's threads.

    Args:
        description: of its help.
        names: the parts that can be asked for.
        file: where a whole run of full size writes, ``out`` of the result; others write nowhere.

    Raises:
        InputError: if a name is unknown, or a number below 1.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    parser.add_argument("--repeats", type=int, default=5, help="timed repetitions (default 5)")
    parser.add_argument("--threads", type=int, default=2, help="of torch (default 2)")
    parser.add_argument(
        "--out", type=Path, help=f"the JSON file (default: results/{file.name} for a whole run)"
    )
    args = parser.parse_args()
    for name in args.names:
        if name not in names:
            raise InputError(f"NAME must be one of {', '.join(names)}, got '{name}'")
    for option in ("repeats", "threads"):
        if getattr(args, option) < 1:
            raise InputError(f"--{option} must be 1 or more, got {getattr(args, option)}")
    if args.out is None and not (args.quick or args.names):
        args.out = file
    torch.set_num_threads(args.threads)
    return args
