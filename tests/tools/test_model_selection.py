"""Choosing a snapshot without labels: while training, and afterwards over its log."""

import json
import shutil
from pathlib import Path

import pytest

from mmadvent.cli.command_line import load_config
from mmadvent.cli.test import use_tta
from tests.tools.commands import CONFIGS, TOOLS, ToyRun, refused, run_here, run_tool

# As a leaf config adds averaged weights to what its bases have.
TEXT = """
_base_ = ["{toy}", "{bases}/model_averaging.py"]
custom_hooks = [*_base_.custom_hooks, dict(_base_.model_averaging_hook, momentum=0.3)]
train_cfg = dict(val_interval=1)
optim_wrapper = dict(optimizer=dict(lr=0.02))  # so that four iterations change the measures
"""
MEASURES = ("mIoU", "mean_entropy", "information_maximisation", "soft_neighbourhood_density")


@pytest.fixture(scope="module")
def run(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ToyRun:
    """Four iterations with averaged weights, a validation each, the most certain one saved."""
    folder = tmp_path_factory.mktemp("selection")
    config = folder / "selection.py"
    config.write_text(TEXT.format(toy=toy_folder / "toy.py", bases=CONFIGS / "_base_"))
    chosen = [f"default_hooks.checkpoint.{o}" for o in ("save_best=mean_entropy", "rule=less")]
    work_dir = folder / "work"
    run_tool("train", config, "--work-dir", work_dir, "--cfg-options", *chosen, cwd=folder)
    return ToyRun(folder, config, work_dir)


def validations(run: ToyRun) -> list[dict]:
    (log,) = run.work_dir.glob("*/vis_data/scalars.json")
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    return [entry for entry in entries if "mIoU" in entry]


def test_every_validation_logs_the_measures(run: ToyRun) -> None:
    found = validations(run)
    assert [entry["step"] for entry in found] == [1, 2, 3, 4]
    for entry in found:
        assert all(0 < entry[name] < 1 for name in MEASURES[1:])
    for name in MEASURES[1:]:
        assert len({entry[name] for entry in found}) > 1, name


def test_the_best_is_saved_and_tests_as_it_was_validated(run: ToyRun, tmp_path: Path) -> None:
    best = min(validations(run), key=lambda entry: entry["mean_entropy"])
    (checkpoint,) = run.work_dir.glob("best_*.pth")
    assert checkpoint.name == f"best_mean_entropy_iter_{best['step']}.pth"
    run_here(TOOLS / "test.py", run.config, checkpoint, "--work-dir", tmp_path)
    (file,) = tmp_path.glob("*/*.json")
    tested = json.loads(file.read_text())
    for name in MEASURES:
        assert tested[name] == best[name]


def test_table_of_what_the_criteria_pick(
    run: ToyRun, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    other_seed = shutil.copytree(run.work_dir, tmp_path / "work")
    run_here(TOOLS / "model_selection.py", run.work_dir, other_seed)
    header, _, last, *_, labels = capsys.readouterr().out.splitlines()
    assert header == "| criterion | step | mIoU | regret |"
    found = validations(run)
    best = max(found, key=lambda entry: entry["mIoU"])
    assert last.startswith(f"| last snapshot | 4, 4 | {found[-1]['mIoU']:.1f} ± 0.0 | ")
    assert labels == (
        f"| highest mIoU, by target labels | {best['step']}, {best['step']} | "
        f"{best['mIoU']:.1f} ± 0.0 | 0.0 ± 0.0 |"
    )


def test_a_run_without_the_measures(
    run: ToyRun, tmp_path: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    log = tmp_path / "run/1/vis_data/scalars.json"
    log.parent.mkdir(parents=True)
    last = dict(validations(run)[-1])
    del last["information_maximisation"]
    log.write_text(json.dumps(last))
    assert refused(capsys, "model_selection", tmp_path / "run") == (
        f"error: every validation in '{tmp_path / 'run'}' must log a finite mean_entropy, "
        "information_maximisation, soft_neighbourhood_density, mIoU (val_evaluator), got "
        "information_maximisation=None at step 4"
    )


def test_tta_leaves_out_the_measures_of_logits(run: ToyRun) -> None:
    config = load_config(str(run.config))
    assert len(config.test_evaluator) == 4
    use_tta(config)
    assert [metric["type"] for metric in config.test_evaluator] == ["ClassIoUMetric"]
