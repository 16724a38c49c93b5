"""Running the command lines: each in a process, or in this one where that saves an import."""

import os
import runpy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mmseg
import pytest

from tests.toys import ROOT

TOOLS = ROOT / "tools"
UPSTREAM_TOOLS = Path(mmseg.__file__).parent / ".mim" / "tools"


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
    """Run Python on the CPU; its output is part of the failure if it fails."""
    variables = dict(CUDA_VISIBLE_DEVICES="", MPLBACKEND="Agg", OMP_NUM_THREADS="1") | environment
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | variables, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
    return done


def run_tool(name: str, *arguments: Any, cwd: Path) -> subprocess.CompletedProcess:
    """Run one of our command lines in a process of its own."""
    return run_python(TOOLS / f"{name}.py", *arguments, cwd=cwd)


def run_here(script: Path, *arguments: Any) -> None:
    """Run a command line in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(script), *map(str, arguments)])
        runpy.run_path(str(script), run_name="__main__")


def files_below(folder: Path) -> set[Path]:
    """Everything in a folder, to see that nothing was written."""
    return set(folder.rglob("*"))
