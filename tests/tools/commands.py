"""Running the command lines: each in a process, or in this one where that saves an import."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "configs"
TOOLS = ROOT / "tools"


@dataclass(frozen=True)
class ToyRun:
    """A finished toy training of AdvEnt."""

    folder: Path
    config: Path
    work_dir: Path

    @property
    def checkpoint(self) -> Path:
        return self.work_dir / "iter_4.pth"


def run_python(*arguments: Any, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run Python on the CPU; its output is part of the failure if it fails.

    It ends before pytest takes the test for one that hangs and ends itself.
    """
    variables = dict(CUDA_VISIBLE_DEVICES="", MPLBACKEND="Agg", OMP_NUM_THREADS="1") | environment
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | variables, capture_output=True, text=True, timeout=580
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
    return done


def run_tool(name: str, *arguments: Any, cwd: Path) -> subprocess.CompletedProcess:
    """Run one of our command lines in a process of its own."""
    return run_python(TOOLS / f"{name}.py", *arguments, cwd=cwd)


def run_module(name: str, *arguments: Any, cwd: Path) -> subprocess.CompletedProcess:
    """Run a module of the checkout, which is not installed, in a process of its own."""
    return run_python("-m", name, *arguments, cwd=cwd, PYTHONPATH=str(ROOT))


def run_here(script: Path, *arguments: Any) -> None:
    """Run a command line in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(script), *map(str, arguments)])
        runpy.run_path(str(script), run_name="__main__")


def run_module_here(name: str, *arguments: Any) -> None:
    """Run a module as ``python -m`` does, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [name, *map(str, arguments)])
        patch.delitem(sys.modules, name, raising=False)
        runpy.run_module(name, run_name="__main__")


def upstream_tools(package: str) -> Path:
    """The folder of the command lines that come with mmseg or mmdet; imports neither."""
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / ".mim" / "tools"


def files_below(folder: Path) -> set[Path]:
    """Everything in a folder, to see that nothing was written."""
    return set(folder.rglob("*"))


def refused(capsys: pytest.CaptureFixture, tool: str, *arguments: object) -> str:
    """The last line on stderr of a command line that exits with 2 and writes nothing."""
    return _refusal(capsys, lambda: run_here(TOOLS / f"{tool}.py", *arguments))


def module_refused(capsys: pytest.CaptureFixture, name: str, *arguments: object) -> str:
    """The same of a module of the checkout, run in this process."""
    return _refusal(capsys, lambda: run_module_here(name, *arguments))


def _refusal(capsys: pytest.CaptureFixture, run: Callable[[], None]) -> str:
    before = files_below(Path.cwd())
    with pytest.raises(SystemExit) as stop:
        run()
    assert stop.value.code == 2
    assert files_below(Path.cwd()) == before
    return capsys.readouterr().err.splitlines()[-1]
