"""Rows as a table, and as a file that says where they were measured."""

import json
import os
import platform
import re
import sys
from dataclasses import asdict
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from benchmarks.speed.rows import Row
from mmadvent.io.writing import write_json

LATEST = Path(__file__).resolve().parent / "results" / "latest.json"
PACKAGES = ("torch", "numpy", "mmengine", "mmcv-lite", "mmsegmentation", "pillow", "kornia_rs")
HEADER = ("bench", "ours", "reference", "unit", "ratio", "spread", "goal", "met")


def cells(row: Row) -> tuple[str, ...]:
    """A row as text, in the order of :data:`HEADER`."""
    digits = 4 if row.unit == "s" else 0
    spread = "" if row.spread is None else f"{row.spread[0]:.2f}-{row.spread[1]:.2f}"
    return (
        row.bench,
        f"{row.ours:.{digits}f}",
        f"{row.reference:.{digits}f}",
        row.unit,
        "" if row.ratio is None else f"{row.ratio:.2f}",
        spread,
        "" if row.goal is None else f"<= {row.goal:g}",
        {None: "", True: "yes", False: "no"}[row.met],
    )


def line(columns: tuple[str, ...]) -> str:
    """One line of the table that is printed."""
    return columns[0].ljust(56) + "".join(column.rjust(12) for column in columns[1:])


def setting(quick: bool, load: float) -> dict:
    """Where, with what and how the rows were measured.

    Args:
        quick: whether the sizes were tiny.
        load: of the machine before it began, in processes.
    """
    return dict(
        date=date.today().isoformat(),
        command=" ".join(["python -m benchmarks.speed", *sys.argv[1:]]),
        quick=quick,
        processor=_processor(),
        cores=os.cpu_count(),
        threads=torch.get_num_threads(),
        load_before=round(load, 2),
        python=platform.python_version(),
        versions={name: found for name in PACKAGES if (found := _version(name))},
    )


def write(path: Path, rows: list[Row], measured: dict) -> None:
    """The file that :mod:`benchmarks.speed.page` reads."""
    content = measured | dict(rows=[asdict(row) | dict(met=row.met) for row in rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, content)


def read(path: Path) -> tuple[list[Row], dict]:
    """What :func:`write` wrote."""
    measured = json.loads(path.read_text())
    rows = []
    for entry in measured.pop("rows"):
        del entry["met"]
        if entry["spread"] is not None:
            entry["spread"] = tuple(entry["spread"])
        rows.append(Row(**entry))
    return rows, measured


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    name = found[1] if found else platform.processor() or platform.machine()
    return f"{name} with {torch.cuda.get_device_name()}" if torch.cuda.is_available() else name


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
