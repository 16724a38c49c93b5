"""What the runs of a benchmark were made with: complete ones of other settings are not theirs."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mmadvent.errors import InputError
from mmadvent.io.claimed_folder import is_claimed
from mmadvent.io.writing import write_json

NOTE = ".settings.json"
# Options that make no difference to a run, and places.
APART = ("seeds", "methods", "directions", "jobs", "pictures", "data", "streets", "out")


def check_numbers(args: argparse.Namespace) -> None:
    """Check the options that would fail only after the trainings.

    Raises:
        InputError: if a seed is given twice, or if there are fewer than no pictures or no job.
    """
    for seed in args.seeds:
        if args.seeds.count(seed) > 1:
            raise InputError(f"--seeds must be different numbers, got {seed} twice")
    if args.jobs < 1:
        raise InputError(f"--jobs must be 1 or more, got {args.jobs}")
    if args.pictures < 0:
        raise InputError(f"--pictures must be 0 or more, got {args.pictures}")


def settings_of(args: argparse.Namespace) -> dict[str, Any]:
    """The command line's options that make a difference to a run, as JSON."""
    chosen = {name: value for name, value in sorted(vars(args).items()) if name not in APART}
    return json.loads(json.dumps(chosen, default=str))


def check_noted(work_dirs: Iterable[Path], settings: dict[str, Any]) -> None:
    """Check that runs which have ended were made with these settings.

    Raises:
        InputError: naming the first that was made with others.
    """
    for work_dir in work_dirs:
        is_claimed(work_dir, NOTE, settings, "a run")


def note(work_dir: Path, settings: dict[str, Any]) -> None:
    """Note the settings of a run that has ended; one of a version without notes is taken for it."""
    write_json(work_dir / NOTE, settings)
