"""The wheel, installed in empty environments without a checkout: `make test-wheel`.

It downloads torch and OpenMMLab for each Python there is, so no other command collects it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.tools.toy_config import TEXT
from tests.toys import write_domains

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11", "3.12", "3.13")
# An index of torch in place of pip's own, as in `make env`.
TORCH_INDEX = os.environ.get("TORCH_INDEX", "")
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")
PINS = ("--constraint", str(ROOT / "requirements" / "constraints.txt"))


def run(*command: object, cwd: Path) -> str:
    """What a command prints; it sees no checkout and no accelerator."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=variables | dict(CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-5000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module", params=PYTHONS)
def environment(
    request: pytest.FixtureRequest, dist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The programs of an environment with the wheel and the official line alone."""
    python = shutil.which(f"python{request.param}")
    if python is None:
        pytest.skip(f"python{request.param} is not installed")
    folder = tmp_path_factory.mktemp("environment")
    run(python, "-m", "venv", folder, cwd=folder)
    ours = folder / "bin" / "python"
    if TORCH_INDEX:
        run(ours, *PIP, *PINS, "--no-deps", "--index-url", TORCH_INDEX, "torch", cwd=folder)
    (wheel,) = dist.glob("*.whl")
    run(ours, *PIP, *PINS, f"{wheel}[openmmlab]", cwd=folder)
    yield ours.parent
    shutil.rmtree(folder)  # it is a gigabyte


def test_the_index_takes_both(dist: Path) -> None:
    printed = run(sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir(), cwd=dist)
    assert printed.count("PASSED") == 2
    with ZipFile(next(dist.glob("*.whl"))) as wheel:
        (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        description = wheel.read(metadata).decode()
    links = re.findall(r"\]\(([^)]+)\)", description)
    assert links and all(link.startswith("https://") for link in links)


def test_two_iterations_and_a_test(environment: Path, tmp_path: Path) -> None:
    program = environment / "mmadvent"
    assert "\n  train " in run(program, "--help", cwd=tmp_path)
    told = run(environment / "python", "-m", "mmadvent.collect_env", cwd=tmp_path)
    assert "versions: tested together" in told

    listing = run(program, "list-configs", "advent/", "r101_gta2cs.py", cwd=tmp_path)
    name = listing.split()[0]
    assert name == "mmadvent::advent/deeplabv2_r101_gta2cs.py"
    (tmp_path / "mine.py").write_text(f'_base_ = "{name}"\n')
    data = write_domains(tmp_path / "data")
    (tmp_path / "toy.py").write_text(TEXT.format(bases="mmadvent::_base_", data=data))
    short = ["--cfg-options", "train_cfg.max_iters=2", "train_cfg.val_interval=2"]
    log = run(program, "train", "toy.py", "--work-dir", "work", *short, cwd=tmp_path)
    assert "mIoU" in log
    run(program, "test", "toy.py", "work/iter_2.pth", "--work-dir", "test", cwd=tmp_path)
    run(program, "export", "toy.py", "work/iter_2.pth", "exported", cwd=tmp_path)
    assert (tmp_path / "exported" / "toy.pth").is_file()

    # As mim calls it: the package's own scripts, from its folder.
    script = next(environment.parent.glob("lib/*/site-packages/mmadvent/.mim/tools/train.py"))
    log = run(environment / "python", script, "toy.py", "--work-dir", "mim", *short, cwd=tmp_path)
    assert "mIoU" in log
