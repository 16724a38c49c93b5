"""The figures that the paper prints, to stand beside those of one's own runs.

``paper_figures.json`` holds Tables 1 to 3 as printed; its notes say where they contradict each
other or themselves.

Source: Vu et al., ADVENT: Adversarial Entropy Minimization for Domain Adaptation in Semantic
Segmentation, CVPR 2019.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmadvent.errors import InputError

FIGURES = Path(__file__).with_name("paper_figures.json")


@dataclass(frozen=True)
class PaperRow:
    """A row of the paper's tables.

    Attributes:
        name: as printed, without the number of the reference.
        source: the tables it is in, and where they contradict themselves.
        figures: in percent, by the class, by the title of the mean and of the gap.
        alias: what the method is called here, if the paper calls it otherwise.
    """

    name: str
    source: str
    figures: Mapping[str, float]
    alias: str = ""

    @property
    def origin(self) -> str:
        """Where in the paper the figures are."""
        return f"{self.name}: {self.source}"


@dataclass(frozen=True)
class PaperBenchmark:
    """A source, a target and a network that the paper has figures of.

    Attributes:
        title: what they are.
        classes: evaluated in it.
        rows: the methods, and the oracle of Table 2.
        setting: the data sets' classes and the backbone of its configs here.
    """

    title: str
    classes: tuple[str, ...]
    rows: tuple[PaperRow, ...]
    setting: Mapping[str, Any]

    def row(self, name: str) -> PaperRow:
        """The row of that printed name.

        Raises:
            InputError: if there is none.
        """
        for row in self.rows:
            if row.name == name:
                return row
        names = ", ".join(f"'{row.name}'" for row in self.rows)
        raise InputError(f"the paper's rows of {self.title} are {names}, got '{name}'")

    def row_like(self, method: str) -> PaperRow | None:
        """The row of the same method, if there is one.

        The order of a name's words, their case, signs between them and "Ours" make no difference.
        """
        for row in self.rows:
            if _words(method) in (_words(row.name), _words(row.alias or row.name)):
                return row
        return None

    def check_classes(self, names: Sequence[str]) -> None:
        """Refuse an evaluation over other classes.

        Raises:
            InputError: if the classes are not those of the paper.
        """
        if set(names) != set(self.classes):
            raise InputError(
                f"the classes of {self.title} are {', '.join(self.classes)}, "
                f"but the runs have {', '.join(names)}"
            )

    def check_run(self, work_dir: Path) -> None:
        """Refuse a run of other data or of another network, by the configs in its work directory.

        An oracle's source is the target. What a config does not say is not asked.

        Raises:
            InputError: if a config is not of this benchmark.
        """
        for file in sorted(work_dir.glob("*.py")):
            config = Config.fromfile(file, import_custom_modules=False)
            source, target = self.setting["source"], self.setting["target"]
            allowed = (
                ("train_dataloader.dataset", dict(type=(source, target))),
                ("test_dataloader.dataset", dict(type=(target,))),
                ("model.backbone", {k: (v,) for k, v in self.setting["backbone"].items()}),
            )
            for part, settings in allowed:
                node = reduce(lambda node, key: node.get(key) or {}, part.split("."), config)
                for key, values in settings.items():
                    if node and node.get(key) not in values:
                        raise InputError(
                            f"{self.title} has {part}.{key} {' or '.join(map(str, values))}, but "
                            f"the config '{file}' has {node.get(key)}"
                        )


def paper_benchmark(name: str) -> PaperBenchmark:
    """The paper's figures of one benchmark.

    Args:
        name: ``gta2cs-r101``, for example.

    Raises:
        InputError: if there is none of that name.
    """
    known = _read()["benchmarks"]
    if name not in known:
        raise InputError(f"the paper's benchmarks are {', '.join(known)}, got '{name}'")
    entry = known[name]
    rows = tuple(_row(row, entry) for row in entry["rows"])
    return PaperBenchmark(entry["title"], tuple(entry["classes"]), rows, entry["setting"])


def paper_source() -> str:
    """The reference of the figures."""
    return _read()["source"]


@cache
def _read() -> dict:
    return json.loads(FIGURES.read_text())


def _row(row: dict, benchmark: dict) -> PaperRow:
    values = row.get("classes") or [None] * len(benchmark["classes"])  # none for an oracle
    printed = zip(benchmark["classes"], values, strict=True)
    figures = {name: value for name, value in printed if value is not None} | row["means"]
    source = f"Table {row['table']}"
    if "gap" in row:
        figures[benchmark["gap_column"]] = row["gap"]["gap"]
        source += f", gap Table {row['gap']['table']}"
    notes = [part["note"] for part in (row, row.get("gap", {})) if "note" in part]
    return PaperRow(row["name"], ". ".join([source, *notes]), figures, row.get("alias", ""))


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9*]+", name.casefold())) - {"ours"}
