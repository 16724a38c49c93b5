import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tools.commands import ToyRun, run_python, run_tool, upstream_tools


@pytest.fixture(scope="module")
def tested(toy_run: ToyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the predictions, pictures and logs of a test run."""
    folder = tmp_path_factory.mktemp("tested")
    outputs = ["--work-dir", "work", "--out", "out", "--show-dir", "show"]
    run_tool("test", toy_run.config, toy_run.checkpoint, *outputs, cwd=folder)
    return folder


def measures(folder: Path) -> dict[str, float]:
    (file,) = folder.glob("*/*.json")
    return json.loads(file.read_text())


def test_measures_are_those_of_the_validation_after_training(toy_run: ToyRun, tested: Path) -> None:
    (log,) = toy_run.work_dir.glob("*/vis_data/scalars.json")
    validation = json.loads(log.read_text().splitlines()[-1])
    for name in ("mIoU", "aAcc", "mean_entropy"):
        assert measures(tested / "work")[name] == validation[name]


def test_out_holds_class_indices_and_show_dir_a_picture_of_each(tested: Path) -> None:
    predictions = sorted((tested / "out").iterdir())
    assert len(predictions) == 2
    for file in predictions:
        prediction = np.asarray(Image.open(file))
        assert prediction.shape == (64, 64) and prediction.max() < 19
    pictures = list((tested / "show").rglob("*.png"))
    assert len(pictures) == 2
    assert Image.open(pictures[0]).size == (128, 64)  # label and prediction side by side


def test_tta_runs_and_leaves_out_the_entropy(toy_run: ToyRun, tmp_path: Path) -> None:
    options = ["--tta", "--work-dir", "work"]
    done = run_tool("test", toy_run.config, toy_run.checkpoint, *options, cwd=tmp_path)
    assert "SegTTAModel" in done.stdout + done.stderr
    assert measures(tmp_path / "work").keys() >= {"mIoU"}
    assert "mean_entropy" not in measures(tmp_path / "work")


def test_upstream_test_script_gives_the_same_measures(
    toy_run: ToyRun, tested: Path, tmp_path: Path
) -> None:
    script = upstream_tools("mmseg") / "test.py"
    run_python(
        script, toy_run.config, toy_run.checkpoint, "--work-dir", tmp_path / "work", cwd=tmp_path
    )
    for name in ("mIoU", "aAcc", "mean_entropy"):
        assert measures(tmp_path / "work")[name] == measures(tested / "work")[name]
