"""What each criterion picks, worked out by hand."""

import json
from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.results.model_selection import CRITERIA, read_validations, selection_table

KEYS = ("mean_entropy", "information_maximisation", "soft_neighbourhood_density", "mIoU")


def validation(step: int, *measures: float) -> dict:
    return dict(zip(KEYS, measures, strict=True), step=step)


def write_log(work_dir: Path, stamp: str, *entries: dict | str) -> None:
    log = work_dir / stamp / "vis_data" / "scalars.json"
    log.parent.mkdir(parents=True)
    log.write_text("".join(f"{e if isinstance(e, str) else json.dumps(e)}\n" for e in entries))


FIRST = [
    validation(100, 0.30, 0.40, 0.90, 20.0),
    validation(200, 0.10, 0.50, 0.70, 26.0),
    validation(300, 0.20, 0.60, 0.60, 23.0),
    validation(400, 0.25, 0.45, 0.80, 24.0),
]
SECOND = [
    validation(100, 0.10, 0.10, 0.10, 30.0),
    validation(200, 0.20, 0.20, 0.20, 20.0),
]


def test_every_criterion_of_one_run() -> None:
    assert selection_table([FIRST]).splitlines() == [
        "| criterion | step | mIoU | regret |",
        "| :-- | --: | --: | --: |",
        "| last snapshot | 400 | 24.0 | 2.0 |",
        "| lowest mean entropy | 200 | 26.0 | 0.0 |",
        "| highest information maximisation | 300 | 23.0 | 3.0 |",
        "| highest soft neighbourhood density | 100 | 20.0 | 6.0 |",
        "| highest mIoU, by target labels | 200 | 26.0 | 0.0 |",
    ]


def test_mean_and_sample_deviation_over_runs() -> None:
    rows = selection_table([FIRST, SECOND]).splitlines()[2:]
    # Two values deviate by their distance / sqrt(2).
    assert rows == [
        "| last snapshot | 400, 200 | 22.0 ± 2.8 | 6.0 ± 5.7 |",
        "| lowest mean entropy | 200, 100 | 28.0 ± 2.8 | 0.0 ± 0.0 |",
        "| highest information maximisation | 300, 200 | 21.5 ± 2.1 | 6.5 ± 4.9 |",
        "| highest soft neighbourhood density | 100, 200 | 20.0 ± 0.0 | 8.0 ± 2.8 |",
        "| highest mIoU, by target labels | 200, 100 | 28.0 ± 2.8 | 0.0 ± 0.0 |",
    ]


def without_labels(validations: list[dict]) -> list[dict]:
    return [{key: v for key, v in entry.items() if key != "mIoU"} for entry in validations]


def test_without_labels_the_steps_are_told(tmp_path: Path) -> None:
    write_log(tmp_path, "1", dict(step=50, loss=3.0), *without_labels(FIRST))
    validations = read_validations(tmp_path)
    assert validations == without_labels(FIRST)
    assert selection_table([validations, without_labels(SECOND)]).splitlines() == [
        "| criterion | step |",
        "| :-- | --: |",
        "| last snapshot | 400, 200 |",
        "| lowest mean entropy | 200, 100 |",
        "| highest information maximisation | 300, 200 |",
        "| highest soft neighbourhood density | 100, 200 |",
    ]


def test_runs_with_and_without_labels_are_not_compared() -> None:
    with pytest.raises(InputError) as error:
        selection_table([FIRST, without_labels(SECOND)])
    assert str(error.value) == (
        "runs must all have been validated on labels or none of them, got both"
    )


def test_the_earliest_among_equals() -> None:
    same = [dict(entry, step=step) for step in (1, 2) for entry in FIRST[:1]]
    assert [criterion.pick(same)["step"] for criterion in CRITERIA] == [2, 1, 1, 1, 1]


def test_training_entries_are_left_out(tmp_path: Path) -> None:
    write_log(tmp_path, "1", dict(step=50, loss=3.0), FIRST[0], dict(step=150, loss=2.0), FIRST[1])
    assert read_validations(tmp_path) == FIRST[:2]


def test_a_resumed_run_goes_on_where_it_begins(tmp_path: Path) -> None:
    given_up = dict(FIRST[2], mIoU=99.0)
    write_log(tmp_path, "20260101_000000", dict(step=50, loss=3.0), *FIRST[:2], given_up)
    # Resumed from a checkpoint at 250; then a test run, which leaves no scalars.
    write_log(tmp_path, "20260102_000000", dict(step=260, loss=2.0), *FIRST[2:])
    write_log(tmp_path, "20260103_000000")
    assert read_validations(tmp_path) == FIRST


def test_a_run_started_anew_in_the_same_folder_replaces_the_old_one(tmp_path: Path) -> None:
    write_log(tmp_path, "20260101_000000", dict(step=50, loss=3.0), *FIRST)
    write_log(tmp_path, "20260102_000000", dict(step=50, loss=2.0), *SECOND)
    assert read_validations(tmp_path) == SECOND


def refusal(work_dir: Path) -> str:
    with pytest.raises(InputError) as error:
        read_validations(work_dir)
    return str(error.value)


def test_a_folder_without_validations_is_named(tmp_path: Path) -> None:
    expected = (
        f"the work directory '{tmp_path}' holds no validation (an entry with mIoU or mean_entropy)"
    )
    assert refusal(tmp_path) == expected
    write_log(tmp_path, "1", dict(step=50, loss=3.0))
    assert refusal(tmp_path) == expected


@pytest.mark.parametrize(("value", "shown"), [(None, "None"), (float("nan"), "nan")])
@pytest.mark.parametrize("key", KEYS[:3])
def test_a_missing_measure_is_named(
    tmp_path: Path, key: str, value: float | None, shown: str
) -> None:
    lacking = {name: old for name, old in FIRST[1].items() if name != key}
    write_log(tmp_path, "1", FIRST[0], lacking if value is None else lacking | {key: value})
    assert refusal(tmp_path) == (
        f"every validation in '{tmp_path}' must log a finite mean_entropy, "
        "information_maximisation, soft_neighbourhood_density, mIoU (val_evaluator), got "
        f"{key}={shown} at step 200"
    )


def test_a_broken_log_is_named(tmp_path: Path) -> None:
    write_log(tmp_path, "1", FIRST[0], '{"mIoU": 3')
    log = tmp_path / "1/vis_data/scalars.json"
    assert refusal(tmp_path).startswith(f"the log '{log}' is not what mmengine writes: ")
