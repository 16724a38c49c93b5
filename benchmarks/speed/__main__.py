"""Measure mmadvent beside the released code's way of doing the same.

    python -m benchmarks.speed                      # all, into benchmarks/speed/results/latest.json
    python -m benchmarks.speed target_branch step   # some of it, printed
    python -m benchmarks.speed --quick              # tiny sizes: all runs, numbers mean nothing

Let the machine rest: the file says how busy it was.
"""

import os
import time

from benchmarks.speed import report
from benchmarks.speed.command_line import parse_args
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.suite import SUITE
from mmadvent.cli.command_line import one_sentence_errors

BUSY = 0.5  # other processes in the mean over the last minute


def main() -> None:
    args = parse_args(__doc__, SUITE, report.LATEST)
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
    if args.out is not None:
        report.write(args.out, rows, measured)
        print(args.out)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
