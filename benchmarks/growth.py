"""Measure how time and memory grow with the size of what is trained on.

    python -m benchmarks.growth                # all of it, into benchmarks/results/growth.json
    python -m benchmarks.growth processes      # some of it, printed
    python -m benchmarks.growth --quick        # tiny sizes: everything runs, numbers mean nothing

About ten minutes on two cores. Let the machine rest: the file says how busy it was.
"""

import os
import time
from collections.abc import Sequence

from benchmarks import (
    growth_file,
    growth_operations,
    growth_processes,
    growth_startup,
    growth_step,
    growth_tables,
)
from benchmarks.growth_file import Growth
from benchmarks.growth_rows import Curve
from benchmarks.speed import report
from benchmarks.speed.command_line import parse_args
from benchmarks.speed.rows import Settings
from mmadvent.cli.command_line import one_sentence_errors

CURVES = dict(step=growth_step.curves, startup=growth_startup.curves)
PARTS = (*CURVES, "processes", "operations")


def main() -> None:
    args = parse_args("benchmarks.growth", __doc__, PARTS, 3, growth_file.FILE)
    measured = report.setting(args.quick, os.getloadavg()[0], "benchmarks.growth")
    settings = Settings(quick=args.quick, repeats=1 if args.quick else args.repeats)
    start = time.monotonic()
    growth = measure(settings, args.names or PARTS, measured)
    print("\n\n".join(growth_tables.tables(growth)))
    print(f"\n{time.monotonic() - start:.0f} s")
    if args.out is not None:
        growth_file.write(args.out, growth)
        print(args.out)


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
