"""The file of a measurement of growth."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.growth_fit import line, power
from benchmarks.growth_rows import Curve, Operations, Processes
from mmadvent.io.writing import write_json

FILE = Path(__file__).resolve().parent / "results" / "growth.json"


@dataclass(frozen=True)
class Growth:
    """All of it.

    Attributes:
        curves: of an iteration and of the start.
        processes: what a second process costs, None where it was not measured.
        operations: of an iteration of the paper's setting, None where they were not counted.
        measured: where, with what and how, as :func:`benchmarks.speed.report.setting` has it.
    """

    curves: list[Curve]
    processes: Processes | None
    operations: Operations | None
    measured: dict[str, Any]


def write(path: Path, growth: Growth) -> None:
    """The file that :mod:`benchmarks.speed.page` reads, with the fits for other readers."""
    curves = []
    for curve in growth.curves:
        fits = dict(power=power(curve), line=line(curve))
        curves.append(asdict(curve) | {name: fit and asdict(fit) for name, fit in fits.items()})
    parts = {
        name: part and asdict(part)
        for name, part in (("processes", growth.processes), ("operations", growth.operations))
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, growth.measured | dict(curves=curves) | parts)


def read(path: Path) -> Growth:
    """What :func:`write` wrote."""
    measured = json.loads(path.read_text())
    curves = [
        Curve(
            **{key: _tuple(value) for key, value in entry.items() if key not in ("power", "line")}
        )
        for entry in measured.pop("curves")
    ]
    processes, operations = measured.pop("processes"), measured.pop("operations")
    return Growth(
        curves,
        processes and Processes(**{key: _tuple(value) for key, value in processes.items()}),
        operations and Operations(**operations),
        measured,
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
