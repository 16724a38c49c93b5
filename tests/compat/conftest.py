"""What the tests of upstream's defects share."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from mmadvent.compat import installed_line


@pytest.fixture(scope="session")
def line() -> str:
    """The line of OpenMMLab that the tests run on: what is broken differs."""
    return installed_line()


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
