"""A toy training of each half, which the tests of the other command lines start from."""

from pathlib import Path

import pytest

from tests.tools import toy_config, toy_detection
from tests.tools.commands import ToyRun, run_tool


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both domains of segmentation and ``toy.py``."""
    from tests.toys import write_domains  # with mmseg, which the detection half does without

    folder = tmp_path_factory.mktemp("toy")
    toy_config.write_config(folder, write_domains(folder / "data"))
    return folder


@pytest.fixture(scope="session")
def toy_run(toy_folder: Path) -> ToyRun:
    """Four iterations of AdvEnt by ``tools/train.py``."""
    return train(toy_folder)


@pytest.fixture(scope="session")
def detection_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both domains of detection and ``toy.py``."""
    folder = tmp_path_factory.mktemp("detection")
    toy_detection.write_config(folder, toy_detection.write_domains(folder / "data"))
    return folder


@pytest.fixture(scope="session")
def detection_run(detection_folder: Path) -> ToyRun:
    """Four iterations of AdvEnt by ``tools/train.py``."""
    return train(detection_folder)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(folder: Path) -> ToyRun:
    run = ToyRun(folder, folder / "toy.py", folder / "work")
    run_tool("train", run.config, "--work-dir", run.work_dir, cwd=folder)
    return run
