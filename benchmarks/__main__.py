"""Measure mmadvent beside the released code's way of doing the same.

    python -m benchmarks                       # all of it, into benchmarks/results/latest.json
    python -m benchmarks target_branch step    # some of it, printed
    python -m benchmarks --quick               # tiny sizes: everything runs, numbers mean nothing

Let the machine rest: the file says how busy it was.
"""

import os
import time

from benchmarks import report
from benchmarks.command_line import parse_args
from benchmarks.rows import Row, Settings
from benchmarks.suite import SUITE
from mmadvent.engine.command_line import one_sentence_errors

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
