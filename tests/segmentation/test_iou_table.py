"""The table against figures worked out by hand."""

import json
from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.segmentation.iou_table import TableRow, iou_table, read_results


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
    assert iou_table(rows, "oracle").splitlines() == [
        "| method | road | light | mIoU | entropy | gap |",
        "| :-- | --: | --: | --: | --: | --: |",
        "| ours | 85.0 | 10.0 | 47.0 ± 2.8 | 15.0 | -25.5 |",
        "| oracle | 95.0 | 50.0 | 72.5 | 5.0 |  |",
    ]
    assert "gap" not in iou_table(rows)


def test_a_run_without_evaluation_is_named(tmp_path: Path) -> None:
    (tmp_path / "x" / "vis_data").mkdir(parents=True)
    (tmp_path / "x" / "vis_data" / "scalars.json").write_text('{"loss": 1.0}\n')
    with pytest.raises(InputError, match="holds no evaluation") as error:
        read_results(tmp_path)
    assert str(tmp_path) in str(error.value)
