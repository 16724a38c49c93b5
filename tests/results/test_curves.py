"""Curves of logs that are written by hand."""

import json
from pathlib import Path

import matplotlib.figure
import numpy as np
import pytest
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.results.curves import draw_curves, entropies, mean_curve, values_of
from mmadvent.results.table_layout import Measure

TRAINED = [
    {"step": 10, "loss": 2.0, "advent.decode.entropy": 0.5, "advent.aux.entropy": 0.9},
    {"step": 10, "mIoU": 20.0, "mean_entropy": 0.4},
    {"step": 20, "loss": 1.0, "advent.decode.entropy": 0.3},
    {"step": 20, "mIoU": 30.0, "mean_entropy": 0.2},
]
VALIDATED = [{"step": 5, "loss": 2.0}, {"step": 20, "mIoU": 10.0, "mean_entropy": 0.6}]


def test_values_and_entropies() -> None:
    assert values_of(TRAINED, "mIoU") == [(10, 20.0), (20, 30.0)]
    assert entropies(TRAINED) == [(10, 0.5), (20, 0.3)]
    assert entropies(VALIDATED) == [(20, 0.6)]
    assert entropies([{"step": 1, "loss_entropy": 3.0}]) == []


def test_the_mean_is_over_the_seeds_that_have_a_step() -> None:
    curves = [[(1, 0.25), (2, 0.5)], [(2, 0.75), (4, 1.0)]]
    assert mean_curve(curves, 100.0) == [(1, 25.0), (2, 62.5), (4, 100.0)]


def run(folder: Path, entries: list[dict]) -> list[Path]:
    log = folder / "1" / "vis_data" / "scalars.json"
    log.parent.mkdir(parents=True)
    log.write_text("\n".join(map(json.dumps, entries)))
    return [folder]


def test_single_values_are_no_curves(tmp_path: Path) -> None:
    runs = {"oracle": run(tmp_path / "a", VALIDATED), "source": run(tmp_path / "b", VALIDATED)}
    out = tmp_path / "new" / "curves.png"
    assert draw_curves(runs, Measure("mIoU", "mIoU"), out) is False
    assert not out.parent.exists()


def test_a_figure_of_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        matplotlib.figure.Figure, "savefig", _noting(matplotlib.figure.Figure.savefig, seen)
    )
    runs = {"AdvEnt": run(tmp_path / "AdvEnt", TRAINED), "oracle": run(tmp_path / "b", VALIDATED)}
    out = tmp_path / "new" / "curves.png"
    assert draw_curves(runs, Measure("mIoU", "mIoU"), out) is True
    assert np.asarray(Image.open(out)).std() > 5
    ((left, right),) = seen
    assert left == [("AdvEnt", [20.0, 30.0]), ("oracle", [10.0, 10.0])]
    assert right == [("AdvEnt", [50.0, 30.0]), ("oracle", [60.0, 60.0])]


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    runs = {"AdvEnt": run(tmp_path / "AdvEnt", TRAINED)}
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "curves.png"
    with pytest.raises(InputError) as error:
        draw_curves(runs, Measure("mIoU", "mIoU"), out)
    assert str(error.value) == f"the file cannot be written to '{out}': a file is in the way"


def _noting(savefig, seen: list):
    def noting(figure, *args, **kwargs):
        seen.append(
            [
                [(line.get_label(), list(map(float, line.get_ydata()))) for line in axis.lines]
                for axis in figure.axes
            ]
        )
        savefig(figure, *args, **kwargs)

    return noting
