"""Measure mmadvent beside the released code's way of doing the same.

    python -m benchmarks                       # all of it, into benchmarks/results/latest.json
    python -m benchmarks target_branch step    # some of it, printed
    python -m benchmarks --quick               # tiny sizes: everything runs, numbers mean nothing

Let the machine rest: the file says how busy it was.
"""

import argparse
import os
import time
from pathlib import Path

import torch

from benchmarks import report
from benchmarks.rows import Row, Settings
from benchmarks.suite import SUITE
from mmadvent.engine.command_line import one_sentence_errors
from mmadvent.errors import InputError

BUSY = 0.5  # other processes in the mean over the last minute


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SUITE)}")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    parser.add_argument("--repeats", type=int, default=5, help="timed repetitions (default 5)")
    parser.add_argument("--threads", type=int, default=2, help="of torch (default 2)")
    parser.add_argument(
        "--out", type=Path, help="the JSON file (default: results/latest.json for a whole run)"
    )
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    for name in args.names:
        if name not in SUITE:
            raise InputError(f"NAME must be one of {', '.join(SUITE)}, got '{name}'")
    for option in ("repeats", "threads"):
        if getattr(args, option) < 1:
            raise InputError(f"--{option} must be 1 or more, got {getattr(args, option)}")
    out = args.out or (None if args.quick or args.names else report.LATEST)
    torch.set_num_threads(args.threads)
    load = os.getloadavg()[0]
    if load > BUSY and not args.quick:
        print(f"the machine is busy (load {load:.1f}): these numbers are no results")
    settings = Settings(quick=args.quick, repeats=1 if args.quick else args.repeats)
    measured = report.setting(args.quick, load)
    rows: list[Row] = []
    start = time.monotonic()
    print(report.line(report.HEADER), flush=True)
    for name in args.names or SUITE:
        for row in SUITE[name](settings):
            print(report.line(report.cells(row)), flush=True)
            rows.append(row)
    print(f"{len(rows)} rows in {time.monotonic() - start:.0f} s")
    if out is not None:
        report.write(out, rows, measured)
        print(out)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
