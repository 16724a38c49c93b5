"""The example without any config."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/minent.py"
# None in `sys.modules` makes an import fail: the example needs neither mmcv nor one of the halves.
WITHOUT = "import runpy, sys; sys.modules.update(dict.fromkeys(('mmcv', 'mmseg', 'mmdet')))"


@pytest.mark.parametrize("method", ["minent", "advent"])
def test_target_entropy_falls_and_both_accuracies_are_printed(method):
    code = f"{WITHOUT}; sys.argv[1:] = ['--method', '{method}']; runpy.run_path({str(EXAMPLE)!r})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    line = r"step +(\d+): source loss (\S+), target entropy (\S+), discriminator accuracy (\S+)"
    found = {int(step): map(float, rest) for step, *rest in re.findall(line, run.stdout)}
    steps = {
        step: dict(zip(("loss", "entropy", "right"), x, strict=True)) for step, x in found.items()
    }
    assert list(steps) == list(range(0, 161, 20))
    assert steps[160]["entropy"] < steps[60]["entropy"] / 2 < 0.5
    assert steps[160]["loss"] < steps[0]["loss"] / 5
    assert all(0 <= values["right"] <= 1 for values in steps.values())
    before, after = re.findall(r"^(source only|minent|advent): (\d+\.\d)% of", run.stdout, re.M)
    assert (before[0], after[0]) == ("source only", method)
    assert float(after[1]) > float(before[1]) > 100 / 4
