"""One toy training, which the tests of the other command lines start from."""

from pathlib import Path

import pytest

from tests.tools.commands import ToyRun, run_tool
from tests.tools.toy_config import write_config
from tests.toys import write_domains


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both domains and ``toy.py``."""
    folder = tmp_path_factory.mktemp("toy")
    write_config(folder, write_domains(folder / "data"))
    return folder


@pytest.fixture(scope="session")
def toy_run(toy_folder: Path) -> ToyRun:
    """Four iterations of AdvEnt by ``tools/train.py``."""
    run = ToyRun(toy_folder, toy_folder / "toy.py", toy_folder / "work")
    run_tool("train", run.config, "--work-dir", run.work_dir, cwd=toy_folder)
    return run
