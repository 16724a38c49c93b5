"""Runs with a teacher and without a source resume exactly, also where they accumulate."""

import shutil
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from tests.toys import toy_training, train, write_domains
from tests.training.test_resume import assert_equal, resume

TEACHER = [dict(type="MeanTeacher", threshold=0.05)]
SHOT = [dict(type="InformationMaximization"), dict(type="AdaBN")]
SGD = dict(optimizer=dict(type="SGD", lr=1e-2, momentum=0.9, weight_decay=5e-4))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def target_alone(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data without the source's folder."""
    folder = tmp_path_factory.mktemp("target")
    shutil.copytree(data / "cityscapes", folder / "cityscapes")
    return folder


def config(data: Path, work_dir: Path, methods: list[dict], source_free: bool, **run) -> Config:
    """The toy run with dropout, of another method."""
    made = toy_training(data, work_dir, 6, **run)
    made.model.adaptation, made.optim_wrapper = methods, SGD
    if source_free:
        made.train_cfg.source_free = True
    return made


@pytest.mark.parametrize(
    ("methods", "source_free"),
    [(TEACHER, False), (TEACHER, True), (SHOT, True), ([dict(type="AdaBN")], True)],
    ids=["mean teacher", "mean teacher alone", "information maximization", "AdaBN alone"],
)
@pytest.mark.parametrize("accumulative_counts", [1, 2])
def test_resumed_run_equals_the_uninterrupted_one(
    data, target_alone, tmp_path, methods, source_free, accumulative_counts
):
    where = target_alone if source_free else data
    runs = []
    for name in ("whole", "resumed"):
        made = config(where, tmp_path / name, methods, source_free)
        made.optim_wrapper.accumulative_counts = accumulative_counts
        # Not between two iterations of one step, whose gradients no checkpoint holds.
        made.default_hooks.checkpoint.interval = 3 if accumulative_counts == 1 else 2
        if name == "resumed":
            torch.manual_seed(99)
            made = resume(
                made, tmp_path / f"whole/iter_{made.default_hooks.checkpoint.interval}.pth"
            )
        runner = train(made)
        assert runner.iter == 6
        runs.append((runner.model.state_dict(), runner.optim_wrapper.state_dict()))
    assert_equal(*runs)
    assert any("teacher" in name for name in runs[0][0]) == (methods is TEACHER)
