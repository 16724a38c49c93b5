"""The Markdown table against figures worked out by hand."""

from pathlib import Path

from mmadvent.results.method_table import method_table
from mmadvent.results.table_layout import Measure, TableLayout, TableRow
from tests.results.work_dirs import write_run

LAYOUT = TableLayout(
    class_prefix="IoU.",
    mean=Measure("mIoU", "mIoU"),
    others=(Measure("mean_entropy", "entropy", 100.0),),
)


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
    assert method_table(rows, LAYOUT, "oracle").splitlines() == [
        "| method | road | light | mIoU | entropy | gap |",
        "| :-- | --: | --: | --: | --: | --: |",
        "| ours | 85.0 | 10.0 | 47.0 ± 2.8 | 15.0 | -25.5 |",
        "| oracle | 95.0 | 50.0 | 72.5 | 5.0 |  |",
    ]
    assert "gap" not in method_table(rows, LAYOUT)


def test_shares_become_percentages(tmp_path: Path) -> None:
    layout = TableLayout(class_prefix="ap/AP50.", mean=Measure("ap/mAP", "mAP", 100.0))
    values = {"ap/AP50.car": 0.25, "ap/AP50.bicycle": 0.125, "ap/mAP": 0.1875}
    runs = tuple(
        write_run(tmp_path / f"{i}", **{key: value + 0.1 * i for key, value in values.items()})
        for i in range(2)
    )
    better = write_run(tmp_path / "better", **dict.fromkeys(values, 0.5))
    rows = [TableRow("ours", runs), TableRow("oracle", (better,))]
    assert method_table(rows, layout, "oracle").splitlines() == [
        "| method | car | bike | mAP | gap |",
        "| :-- | --: | --: | --: | --: |",
        "| ours | 30.0 | 17.5 | 23.8 ± 7.1 | -26.2 |",
        "| oracle | 50.0 | 50.0 | 50.0 |  |",
    ]
