"""The detection benchmark's command line over a few small pictures and iterations."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tools.commands import module_refused, run_module

METHODS = ("source_only", "minent", "minent_frozen_norms", "oracle")
SMALL = ("--train", 4, "--val", 2, "--iterations", 2, 1, "--pictures", 1, "--methods", *METHODS)


def test_an_unknown_method(here: Path, capsys: pytest.CaptureFixture) -> None:
    assert module_refused(capsys, "benchmarks.runs.foggy_streets", "--methods", "magic") == (
        "error: --methods must be among source_only, adabn, minent, advent, oracle, "
        "source_free, minent_frozen_norms, advent_frozen_norms, got magic"
    )


@pytest.mark.slow
def test_methods_end_in_a_table_and_a_sheet(tmp_path: Path) -> None:
    done = run_module("benchmarks.runs.foggy_streets", *SMALL, cwd=tmp_path)
    table = (tmp_path / "work_dirs/foggy_streets/table.md").read_text()
    assert table in done.stdout
    names = [line.split("|")[1].strip() for line in table.splitlines()[2:]]
    assert names == ["source only", "MinEnt", "oracle", "MinEnt, norms frozen"]
    sheet = np.asarray(Image.open(tmp_path / "work_dirs/foggy_streets/sheet.png"))
    assert sheet.std() > 10
    again = run_module("benchmarks.runs.foggy_streets", *SMALL, cwd=tmp_path)
    assert again.stdout.count("is complete") == 5
    assert table in again.stdout
