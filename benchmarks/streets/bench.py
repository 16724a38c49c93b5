"""Renders whole data sets: which pictures, in how many processes, written where."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.streets.domains import GAME_GTA5, GAME_SYNTHIA, REAL
from benchmarks.streets.layouts import write_cityscapes, write_gta5, write_synthia
from benchmarks.streets.manifest import check_manifest, is_complete, manifest_path
from benchmarks.streets.render import render
from benchmarks.streets.style import DomainStyle, interpolate
from mmadvent.io.processes import check_workers, map_in_processes
from mmadvent.io.writing import write_json

Size = tuple[int, int]

GAMES = {"gta5": GAME_GTA5, "synthia": GAME_SYNTHIA}


@dataclass(frozen=True)
class Plan:
    """What to render; counts of 0 leave a data set out.

    The training split of the real domain is an unlabelled target, and the same pictures with
    labels lie in a folder of their own. With ``labelled_train`` it has its labels as Cityscapes
    is unpacked, for uses in which it is the source.

    Raises:
        ValueError: A number is out of its range or a name is unknown.
    """

    seed: int = 0
    gta5: int = 0
    synthia: int = 0
    train: int = 0
    val: int = 0
    gap: float = 1.0
    gap_from: str = "gta5"
    gta5_size: Size = (512, 288)
    synthia_size: Size = (512, 304)
    real_size: Size = (512, 256)
    labelled_train: bool = False

    def __post_init__(self) -> None:
        for name in ("seed", "gta5", "synthia", "train", "val"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if self.gta5 + self.synthia + self.train + self.val == 0:
            raise ValueError("nothing to render: gta5, synthia, train and val are all 0")
        if self.labelled_train and not self.train:
            raise ValueError("labelled_train needs train pictures, got train = 0")
        if self.gap_from not in GAMES:
            raise ValueError(f"gap_from must be one of {sorted(GAMES)}, got {self.gap_from!r}")
        if not 0 <= self.gap <= 10:
            raise ValueError(f"gap must lie in [0, 10], got {self.gap}")
        for name in ("gta5_size", "synthia_size", "real_size"):
            width, height = getattr(self, name)
            if not (32 <= width <= 8192 and 32 <= height <= 8192):
                raise ValueError(
                    f"{name} must lie between 32x32 and 8192x8192, got {width}x{height}"
                )

    @property
    def real_style(self) -> DomainStyle:
        """The look of the real domain at this gap."""
        return interpolate(GAMES[self.gap_from], REAL, self.gap)


@dataclass(frozen=True)
class _Job:
    domain: str
    index: int


# The numbers enter every picture's key, so they must never change.
_KEYS = {"gta5": (0, 0), "synthia": (1, 0), "train": (2, 0), "val": (2, 1)}

ROOTS = {
    "gta5": "GTA5",
    "synthia": "RAND_CITYSCAPES",
    "train": "cityscapes",
    "val": "cityscapes",
}
ORACLE = "cityscapes_oracle"


def picture_key(seed: int, domain: str, index: int) -> tuple[int, int, int, int]:
    """The random key of a picture; ``domain`` is gta5, synthia, train or val."""
    return (seed, *_KEYS[domain], index)


def render_bench(
    out: Path, plan: Plan, workers: int = 2, progress: Callable[[int], object] | None = None
) -> dict[str, int]:
    """Render and write everything a plan asks for.

    Each data set's folder holds a ``streets.json`` with what was asked for. It says
    ``"complete": false`` until all of its pictures are written.

    Args:
        out: The folder that gets ``GTA5``, ``RAND_CITYSCAPES``, ``cityscapes`` and
            ``cityscapes_oracle``.
        plan: What to render.
        workers: Number of processes; 1 renders in this process.
        progress: Called with the number of pictures that are done, after each.

    Returns:
        Number of pictures in each folder below ``out``.

    Raises:
        ValueError: ``workers`` is below 1, or a folder holds a set rendered otherwise.
    """
    check_workers(workers)
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out} must be a folder or free, found a file")
    counts = folders(plan)
    notes = {name: _note(plan, name) for name in counts}
    for name, note in notes.items():
        check_manifest(out / name, note)
    for name, note in notes.items():
        write_json(manifest_path(out / name), {"complete": False, **note})
    rendered = map_in_processes(partial(_render_job, out, plan), list(_jobs(plan)), workers)
    for number, _ in enumerate(rendered, start=1):
        if progress:
            progress(number)
    for name, note in notes.items():
        write_json(manifest_path(out / name), {"complete": True, **note})
    return counts


def holds(out: Path, plan: Plan) -> bool:
    """Whether a folder holds all that a plan asks for, with nothing missing.

    Raises:
        ValueError: A folder holds a set rendered otherwise.
    """
    names = folders(plan)
    for name in names:
        check_manifest(out / name, _note(plan, name))
    return all(is_complete(out / name) for name in names)


def total(plan: Plan) -> int:
    """Number of pictures a plan renders."""
    return plan.gta5 + plan.synthia + plan.train + plan.val


def folders(plan: Plan) -> dict[str, int]:
    """Number of pictures in each folder that a plan writes."""
    counts: dict[str, int] = {}
    for domain, name in ROOTS.items():
        if getattr(plan, domain):
            counts[name] = counts.get(name, 0) + getattr(plan, domain)
    if plan.train and not plan.labelled_train:
        counts[ORACLE] = plan.train
    return counts


def _note(plan: Plan, folder: str) -> dict[str, Any]:
    """What a folder's pictures depend on, as JSON gives it back."""
    asked: dict[str, Any] = {"seed": plan.seed}
    for domain, name in ROOTS.items():
        if folder == name or (folder == ORACLE and domain == "train"):
            asked[domain] = getattr(plan, domain)
    if plan.labelled_train and folder == ROOTS["train"]:
        asked["labelled_train"] = True
    if folder in ("GTA5", "RAND_CITYSCAPES"):
        domain = "gta5" if folder == "GTA5" else "synthia"
        style, size = GAMES[domain], getattr(plan, f"{domain}_size")
    else:
        style, size = plan.real_style, plan.real_size
        asked |= {"gap": plan.gap, "gap_from": plan.gap_from}
    return {**asked, "size": list(size), "style": _listed(asdict(style))}


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, tuple) else value


def _jobs(plan: Plan) -> Iterator[_Job]:
    for domain in ROOTS:
        for index in range(getattr(plan, domain)):
            yield _Job(domain, index)


def _render_job(out: Path, plan: Plan, job: _Job) -> None:
    key = picture_key(plan.seed, job.domain, job.index)
    if job.domain == "gta5":
        picture = render(GAME_GTA5, *plan.gta5_size, key)
        write_gta5(out / "GTA5", job.index, picture)
    elif job.domain == "synthia":
        picture = render(GAME_SYNTHIA, *plan.synthia_size, key)
        write_synthia(out / "RAND_CITYSCAPES", job.index, picture)
    else:
        picture = render(plan.real_style, *plan.real_size, key)
        labeled = job.domain == "val" or plan.labelled_train
        write_cityscapes(out / "cityscapes", job.domain, job.index, picture, labeled, True)
        if not labeled:
            write_cityscapes(out / ORACLE, "train", job.index, picture, True, False)
