"""The table against figures worked out by hand."""

import json
from pathlib import Path

import pytest

from mmadvent.engine.method_table import (
    Measure,
    TableLayout,
    TableRow,
    method_table,
    read_results,
)
from mmadvent.errors import InputError

LAYOUT = TableLayout(
    class_prefix="IoU.",
    mean=Measure("mIoU", "mIoU"),
    others=(Measure("mean_entropy", "entropy", 100.0),),
)


def write_run(work_dir: Path, **metrics: float) -> Path:
    log = work_dir / "20260101_000000" / "vis_data" / "scalars.json"
    log.parent.mkdir(parents=True)
    earlier = {"mIoU": 1.0, "mean_entropy": 1.0}
    log.write_text("\n".join(map(json.dumps, ({"loss": 3.0}, earlier, metrics))) + "\n")
    return work_dir


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


def test_a_run_without_evaluation_is_named(tmp_path: Path) -> None:
    (tmp_path / "x" / "vis_data").mkdir(parents=True)
    (tmp_path / "x" / "vis_data" / "scalars.json").write_text('{"loss": 1.0}\n')
    with pytest.raises(InputError) as error:
        read_results(tmp_path, "mIoU")
    assert str(error.value) == (
        f"the work directory '{tmp_path}' holds no evaluation (an entry with mIoU)"
    )


def test_the_last_log_counts(tmp_path: Path) -> None:
    for stamp, value in (("20260102_000000", 2.0), ("20260101_000000", 1.0)):
        log = tmp_path / stamp / "vis_data" / "scalars.json"
        log.parent.mkdir(parents=True)
        log.write_text(json.dumps({"mIoU": value}) + "\n")
    assert read_results(tmp_path, "mIoU") == {"mIoU": 2.0}
