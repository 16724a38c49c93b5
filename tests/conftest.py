"""Shared by all tests: upstream is mended before any test module imports it."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from mmadvent import compat

compat.apply()
TESTS = Path(__file__).resolve().parent
SCOPES = {"segmentation": "mmseg", "detection": "mmdet"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, by name, what needs a GPU where there is none."""
    if not torch.cuda.is_available():
        for item in items:
            if item.get_closest_marker("cuda"):
                item.add_marker(pytest.mark.skip(reason="needs an NVIDIA GPU"))


def pytest_collection_finish() -> None:
    """Every data set that is built collects garbage: a third of a second, if it looks at all that
    upstream has imported."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests counted, which the processes of pytest-xdist do not."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if report.when == "call" and name == "summary":
                terminalreporter.write_line(f"{report.nodeid}: {value}")


@pytest.fixture(autouse=True, scope="module")
def scope(request: pytest.FixtureRequest) -> None:
    """The half that a folder names: tests that ran before may have left the other half's."""
    from mmengine.registry import init_default_scope  # after mmadvent

    for folder in request.path.relative_to(TESTS).parts:
        if folder in SCOPES:
            init_default_scope(SCOPES[folder])


@pytest.fixture(scope="session")
def line() -> str:
    """The line of OpenMMLab that the tests run on: what is broken differs."""
    return compat.installed_line()


@pytest.fixture(scope="session")
def fresh_python() -> Callable[..., str]:
    """Run code in an interpreter that has not imported mmadvent and return all it prints."""

    def run(code: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, *arguments],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        return done.stdout

    return run
