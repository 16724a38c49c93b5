"""Work directories as trainings and tests leave them."""

import json
from pathlib import Path


def write_run(work_dir: Path, /, **metrics: float) -> Path:
    """The log of a training: a loss, an earlier evaluation, and the last one."""
    log = work_dir / "20260101_000000" / "vis_data" / "scalars.json"
    log.parent.mkdir(parents=True)
    earlier = dict.fromkeys(metrics, 1.0)
    log.write_text("\n".join(map(json.dumps, ({"loss": 3.0}, earlier, metrics))) + "\n")
    return work_dir


def write_test(work_dir: Path, started: str = "20260101_000000", /, **metrics: float) -> Path:
    """The measures of a test."""
    file = work_dir / started / f"{started}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(metrics | {"time": 0.1}))
    return work_dir
