"""Compare ways to choose a snapshot of a training without looking at target labels.

    python tools/model_selection.py WORK_DIR [WORK_DIR ...]

Several work directories are seeds of one method. Prints a Markdown table: for each criterion the
step of the validation that it picks, the mIoU there and how far below the best mIoU of the run that
is. Their val_evaluator needs MeanEntropyMetric, InformationMaximisationMetric and
SoftNeighbourhoodDensityMetric beside the IoU, and their train_cfg a val_interval that gives several
validations.
"""

import argparse
from pathlib import Path

from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.results.model_selection import read_validations, selection_table


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work_dirs", type=Path, nargs="+", metavar="WORK_DIR")
    return parser.parse_args()


def main() -> None:
    print(selection_table([read_validations(path) for path in parse_args().work_dirs]))


if __name__ == "__main__":
    with one_sentence_errors():
        main()
