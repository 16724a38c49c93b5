"""Which of the evaluations in a work directory counts."""

import json
from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.io.evaluations import last_training, read_results
from tests.results.work_dirs import write_test


def write_training(work_dir: Path, started: str, *entries: dict[str, float]) -> Path:
    log = work_dir / started / "vis_data" / "scalars.json"
    log.parent.mkdir(parents=True)
    log.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return log


def test_the_last_entry_of_the_last_log_counts(tmp_path: Path) -> None:
    write_training(tmp_path, "20260102_000000", {"mIoU": 1.0}, {"mIoU": 2.0}, {"loss": 0.5})
    write_training(tmp_path, "20260101_000000", {"mIoU": 3.0})
    assert read_results(tmp_path, "mIoU") == {"mIoU": 2.0}
    write_training(tmp_path, "20260103_000000", {"loss": 0.5})  # has only begun
    assert read_results(tmp_path, "mIoU") == {"mIoU": 2.0}


def test_training_and_test_go_by_when_they_were_started(tmp_path: Path) -> None:
    write_test(tmp_path, "20260101_000000", mIoU=1.0)
    assert read_results(tmp_path, "mIoU") == {"mIoU": 1.0, "time": 0.1}
    write_training(tmp_path, "20260102_000000", {"mIoU": 2.0})
    assert read_results(tmp_path, "mIoU")["mIoU"] == 2.0
    write_test(tmp_path, "20260103_000000", mIoU=3.0)
    assert read_results(tmp_path, "mIoU")["mIoU"] == 3.0


def test_a_test_comes_after_the_training_of_the_same_run(tmp_path: Path) -> None:
    write_training(tmp_path, "20260101_000000", {"mIoU": 1.0})
    write_test(tmp_path, "20260101_000000", mIoU=2.0)
    assert read_results(tmp_path, "mIoU")["mIoU"] == 2.0
    assert read_results(tmp_path, "time")["mIoU"] == 2.0


def test_any_of_the_keys(tmp_path: Path) -> None:
    write_training(tmp_path, "20260101_000000", {"mIoU": 1.0}, {"mAP": 2.0})
    assert read_results(tmp_path, "mIoU", "mAP") == {"mAP": 2.0}
    assert read_results(tmp_path, "mIoU") == {"mIoU": 1.0}


def test_a_folder_without_evaluation_is_named(tmp_path: Path) -> None:
    write_training(tmp_path / "begun", "20260101_000000", {"loss": 1.0})
    (tmp_path / "begun" / "iter_4.pth").touch()
    for name in ("begun", "nowhere"):
        with pytest.raises(InputError) as error:
            read_results(tmp_path / name, "mIoU", "mAP")
        assert str(error.value) == (
            f"the work directory '{tmp_path / name}' holds no evaluation (an entry with mIoU or "
            "mAP)"
        )


def test_half_a_line_is_named(tmp_path: Path) -> None:
    log = write_training(tmp_path, "20260101_000000", {"mIoU": 1.0})
    log.write_text(log.read_text() + '{"mIoU": ')
    with pytest.raises(InputError) as error:
        read_results(tmp_path, "mIoU")
    assert str(error.value) == (
        f"the log '{log}' is not what mmengine writes: Expecting value: line 1 column 10 (char 9)"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("null", "an entry must be an object, got None"),
        ("[1, 2]", "an entry must be an object, got [1, 2]"),
        ('{"mIoU": null}', "mIoU must be a number, got None"),
        ('{"mIoU": "high", "step": 3}', "mIoU must be a number, got 'high'"),
        ("[" * 100000, "it is nested too deeply"),
    ],
)
def test_entries_that_are_none(tmp_path: Path, text: str, reason: str) -> None:
    log = write_training(tmp_path, "20260101_000000")
    log.write_text(text + "\n")
    with pytest.raises(InputError) as error:
        read_results(tmp_path, "mIoU")
    assert str(error.value) == f"the log '{log}' is not what mmengine writes: {reason}"


def test_lists_are_no_measures(tmp_path: Path) -> None:
    write_training(tmp_path, "20260101_000000", {"mIoU": 1.0, "areas": [1, 2]})
    assert read_results(tmp_path, "mIoU") == {"mIoU": 1.0}


def test_a_method_with_rounds_is_known_by_the_last(tmp_path: Path) -> None:
    assert last_training(tmp_path) == tmp_path
    for number in (1, 2, 10):
        (tmp_path / f"round{number}" / "train").mkdir(parents=True)
    (tmp_path / "round11").mkdir()
    assert last_training(tmp_path) == tmp_path / "round10" / "train"
