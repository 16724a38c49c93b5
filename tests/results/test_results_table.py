"""Means, spreads and gaps by hand, and runs that do not belong together."""

import math
from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.io.tables import markdown_table
from mmadvent.results.result_pages import figures
from mmadvent.results.results_table import ResultsTable, results_table
from mmadvent.results.table_layout import Measure, TableLayout, TableRow
from tests.results.work_dirs import write_run

NAN = math.nan
LAYOUT = TableLayout(
    class_prefix="IoU.",
    mean=Measure("mIoU", "mIoU"),
    others=(Measure("mean_entropy", "entropy", 100.0, ranked=False),),
    partial_means=(Measure("mIoU*", "mIoU*"),),
)


def row(folder: Path, method: str, *runs: dict[str, float]) -> TableRow:
    """A row whose runs logged these."""
    paths = (write_run(folder / f"{method}{i}", **run) for i, run in enumerate(runs))
    return TableRow(method, tuple(paths))


def column(table: ResultsTable, name: str) -> dict:
    number = [column.name for column in table.columns].index(name)
    return {row.method: row.cells[number] for row in table.rows}


def test_a_class_counts_in_the_seeds_that_have_it(tmp_path: Path) -> None:
    runs = [{"IoU.road": x, "IoU.bus": y, "IoU.car": NAN, "mIoU": 1.0} for x, y in SEEDS]
    table = results_table([row(tmp_path, "ours", *runs)], LAYOUT)
    assert table.classes == ("road", "bus", "car")
    road, bus, car = (column(table, name)["ours"] for name in table.classes)
    assert (road.mean, road.spread, road.seeds) == (4.0, 2.0, 3)
    # Two values 3 apart: variance 2 * 1.5^2 / (2 - 1).
    assert bus.mean == 6.5 and bus.spread == pytest.approx(math.sqrt(4.5)) and bus.seeds == 2
    assert bus.values[0] == 5.0 and math.isnan(bus.values[1])
    assert math.isnan(car.mean) and car.spread is None and car.seeds == 0


SEEDS = ((2.0, 5.0), (4.0, NAN), (6.0, 8.0))


def test_seeds_are_evaluated_at_one_step(tmp_path: Path) -> None:
    # A test has no step.
    runs = [{"mIoU": 2.0}, {"mIoU": 2.0, "step": 100.0}, {"mIoU": 4.0, "step": 100.0}]
    assert column(results_table([row(tmp_path, "ours", *runs)], LAYOUT), "mIoU")["ours"].seeds == 3
    runs[2]["step"] = 60.0
    begun = row(tmp_path, "begun", *runs)
    with pytest.raises(InputError) as error:
        results_table([begun], LAYOUT)
    assert str(error.value) == (
        "the seeds of 'begun' must have been evaluated at one step, but the last evaluation of "
        f"'{begun.work_dirs[1]}' is at 100 and that of '{begun.work_dirs[2]}' at 60"
    )


def test_one_seed_has_no_spread(tmp_path: Path) -> None:
    table = results_table([row(tmp_path, "ours", {"IoU.road": 2.0, "mIoU": 2.0})], LAYOUT)
    assert [cell.spread for cell in table.rows[0].cells if cell] == [None, None]


def test_columns_are_what_was_logged(tmp_path: Path) -> None:
    both = {"IoU.road": 2.0, "mIoU": 3.0, "mIoU*": 4.0, "mean_entropy": 0.5}
    fewer = {"IoU.road": 2.0, "mIoU": 7.0}
    rows = [row(tmp_path, "full", both), row(tmp_path, "fewer", fewer)]
    table = results_table(rows, LAYOUT, oracle="fewer")
    assert [c.name for c in table.columns] == [
        "road", "mIoU", "mIoU*", "entropy", "gap", "mIoU* gap",
    ]  # fmt: skip
    assert [c.is_mean for c in table.columns] == [False, True, True, False, False, False]
    assert [c.ranked for c in table.columns] == [True, True, True, False, True, True]
    entropy, gap = column(table, "entropy"), column(table, "gap")
    assert entropy["full"].mean == 50 and math.isnan(entropy["fewer"].mean)
    assert gap["full"].mean == -4 and gap["fewer"] is None
    assert math.isnan(column(table, "mIoU* gap")["full"].mean)
    alone = results_table(rows[1:], LAYOUT)
    assert [c.name for c in alone.columns] == ["road", "mIoU"]


def test_each_mean_has_its_own_gap(tmp_path: Path) -> None:
    ours = [{"mIoU": 40.0, "mIoU*": 50.0}, {"mIoU": 42.0, "mIoU*": 51.0}]
    rows = [row(tmp_path, "ours", *ours), row(tmp_path, "best", {"mIoU": 60.0, "mIoU*": 70.0})]
    table = results_table(rows, LAYOUT, oracle="best")
    assert column(table, "gap")["ours"].mean == -19
    assert column(table, "mIoU* gap")["ours"].mean == -19.5
    assert column(table, "mIoU* gap")["ours"].values == ()


def refusal(rows: list[TableRow], oracle: str | None = None) -> str:
    with pytest.raises(InputError) as error:
        results_table(rows, LAYOUT, oracle)
    return str(error.value)


def test_other_classes(tmp_path: Path) -> None:
    first = {"IoU.road": 1.0, "IoU.car": 1.0, "mIoU": 1.0}
    second = {"IoU.road": 1.0, "IoU.bus": 1.0, "IoU.train": 1.0, "mIoU": 1.0}
    start = f"every run must have evaluated the classes of '{tmp_path}/ours0', but '{tmp_path}"
    assert refusal([row(tmp_path, "ours", first), row(tmp_path, "best", second)]) == (
        f"{start}/best0' lacks car and adds bus, train"
    )
    fewer = {"IoU.road": 1.0, "mIoU": 1.0}
    seeds = [write_run(tmp_path / f"seed{i}", **run) for i, run in enumerate((first, fewer))]
    assert refusal([TableRow("ours", tuple(seeds))]) == (
        f"every run must have evaluated the classes of '{tmp_path}/seed0', but "
        f"'{tmp_path}/seed1' lacks car and adds none"
    )
    assert refusal([TableRow("ours", tuple(reversed(seeds)))]).endswith("lacks none and adds car")


def test_seeds_of_which_some_lack_a_measure(tmp_path: Path) -> None:
    ours = row(tmp_path, "ours", {"mIoU": 1.0, "mIoU*": 2.0}, {"mIoU": 1.0})
    assert refusal([ours]) == (
        f"the seeds of a row must have the same measures, but '{tmp_path}/ours1' lacks mIoU*"
    )


def test_names(tmp_path: Path) -> None:
    ours, best = (row(tmp_path, name, {"mIoU": 1.0}) for name in ("ours", "best"))
    assert refusal([ours, best, ours]) == "every row needs a name of its own, got 'ours' twice"
    assert refusal([ours, best], "oracle") == (
        "the oracle must be one of the rows ours, best, got 'oracle'"
    )


def test_a_run_is_one_seed(tmp_path: Path) -> None:
    (path,) = row(tmp_path, "ours", {"mIoU": 1.0}).work_dirs
    again = path / ".." / path.name
    assert refusal([TableRow("ours", (path, again))]) == (
        f"the seeds of 'ours' must be different work directories, got '{path}' twice"
    )


def test_no_evaluation(tmp_path: Path) -> None:
    ours = row(tmp_path, "ours", {"mIoU": 1.0})
    assert refusal([ours, TableRow("empty", (tmp_path,))]) == (
        f"the work directory '{tmp_path}' holds no evaluation (an entry with mIoU)"
    )


def markdown(rows: list[TableRow], layout: TableLayout, oracle: str | None = None) -> list[str]:
    return markdown_table(*figures(results_table(rows, layout, oracle))).splitlines()


def test_means_spread_and_gap(tmp_path: Path) -> None:
    runs = [
        {"IoU.road": 80.0, "IoU.traffic light": 10.0, "mIoU": 45.0, "mean_entropy": 0.2},
        {"IoU.road": 90.0, "IoU.traffic light": float("nan"), "mIoU": 49.0, "mean_entropy": 0.1},
    ]
    paths = tuple(write_run(tmp_path / f"ours{i}", **run) for i, run in enumerate(runs))
    oracle = write_run(
        tmp_path / "oracle",
        **{"IoU.road": 95.0, "IoU.traffic light": 50.0, "mIoU": 72.5, "mean_entropy": 0.05},
    )
    rows = [TableRow("ours", paths), TableRow("oracle", (oracle,))]
    assert markdown(rows, LAYOUT, "oracle") == [
        "| method | road | light | mIoU | entropy | gap |",
        "| :-- | --: | --: | --: | --: | --: |",
        "| ours | 85.0 | 10.0 | 47.0 ± 2.8 | 15.0 | -25.5 |",
        "| oracle | 95.0 | 50.0 | 72.5 | 5.0 |  |",
    ]
    assert "gap" not in markdown(rows, LAYOUT)[0]


def test_shares_become_percentages(tmp_path: Path) -> None:
    layout = TableLayout(class_prefix="ap/AP50.", mean=Measure("ap/mAP", "mAP", 100.0))
    values = {"ap/AP50.car": 0.25, "ap/AP50.bicycle": 0.125, "ap/mAP": 0.1875}
    runs = tuple(
        write_run(tmp_path / f"{i}", **{key: value + 0.1 * i for key, value in values.items()})
        for i in range(2)
    )
    better = write_run(tmp_path / "better", **dict.fromkeys(values, 0.5))
    rows = [TableRow("ours", runs), TableRow("oracle", (better,))]
    assert markdown(rows, layout, "oracle") == [
        "| method | car | bike | mAP | gap |",
        "| :-- | --: | --: | --: | --: |",
        "| ours | 30.0 | 17.5 | 23.8 ± 7.1 | -26.2 |",
        "| oracle | 50.0 | 50.0 | 50.0 |  |",
    ]
