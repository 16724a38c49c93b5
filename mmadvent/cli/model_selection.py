"""Compare ways to choose a snapshot of a training without looking at target labels.

    mmadvent model-selection WORK_DIR [WORK_DIR ...]

Several work directories are seeds of one method. Prints a Markdown table: for each criterion the
step of the validation that it picks, the mIoU there and how far below the best mIoU of the run that
is. Their val_evaluator needs MeanEntropyMetric, InformationMaximisationMetric and
SoftNeighbourhoodDensityMetric beside the IoU, and their train_cfg a val_interval that gives several
validations.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("work_dirs", type=Path, nargs="+", metavar="WORK_DIR")


def run(args: Namespace) -> None:
    from mmadvent.results.model_selection import read_validations, selection_table
    from mmadvent.results.results_table import check_seeds

    check_seeds(args.work_dirs, "the seeds of a method")
    print(selection_table([read_validations(path) for path in args.work_dirs]))
