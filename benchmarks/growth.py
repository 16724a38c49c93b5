"""Measure how time and memory grow with the size of what is trained on.

    python -m benchmarks.growth                # all of it, into benchmarks/results/growth.json
    python -m benchmarks.growth processes      # some of it, printed
    python -m benchmarks.growth --quick        # tiny sizes: everything runs, numbers mean nothing

About ten minutes on two cores. Let the machine rest: the file says how busy it was.
"""

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from benchmarks import (
    growth_file,
    growth_operations,
    growth_processes,
    growth_startup,
    growth_step,
    growth_tables,
    report,
)
from benchmarks.growth_file import Growth
from benchmarks.growth_rows import Curve
from benchmarks.rows import Settings
from mmadvent.engine.command_line import one_sentence_errors
from mmadvent.errors import InputError

CURVES = dict(step=growth_step.curves, startup=growth_startup.curves)
PARTS = (*CURVES, "processes", "operations")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    parser.add_argument("--repeats", type=int, default=3, help="timed repetitions (default 3)")
    parser.add_argument("--threads", type=int, default=2, help="of torch (default 2)")
    parser.add_argument(
        "--out", type=Path, help="the JSON file (default: results/growth.json for a whole run)"
    )
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    for name in args.names:
        if name not in PARTS:
            raise InputError(f"NAME must be one of {', '.join(PARTS)}, got '{name}'")
    for option in ("repeats", "threads"):
        if getattr(args, option) < 1:
            raise InputError(f"--{option} must be 1 or more, got {getattr(args, option)}")
    out = args.out or (None if args.quick or args.names else growth_file.FILE)
    torch.set_num_threads(args.threads)
    measured = report.setting(args.quick, os.getloadavg()[0], "benchmarks.growth")
    settings = Settings(quick=args.quick, repeats=1 if args.quick else args.repeats)
    start = time.monotonic()
    growth = measure(settings, args.names or PARTS, measured)
    print("\n\n".join(growth_tables.tables(growth)))
    print(f"\n{time.monotonic() - start:.0f} s")
    if out is not None:
        growth_file.write(out, growth)
        print(out)


def measure(settings: Settings, names: Sequence[str], measured: dict) -> Growth:
    """Measure the named parts, saying which one is on."""
    curves: list[Curve] = []
    processes = operations = None
    for name in names:
        print(f"{name} ...", flush=True)
        if name == "processes":
            processes = growth_processes.measure(settings)
        elif name == "operations":
            operations = growth_operations.count()
        else:
            curves += CURVES[name](settings)
    return Growth(curves, processes, operations, measured)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
