"""What the benchmark on a GPU asks of torch, without one."""

import pytest
import torch

from benchmarks.speed.rows import Settings
from benchmarks.speed.suite import accelerator
from benchmarks.speed.timing import interleave

MIB = 2**20


@pytest.fixture
def asked(monkeypatch):
    """What was asked of the accelerator, in order."""
    asked = []
    for name in ("synchronize", "empty_cache", "reset_peak_memory_stats", "max_memory_reserved"):
        monkeypatch.setattr(torch.accelerator, name, lambda n=name: asked.append(n) or 3 * MIB)
    return asked


def test_without_one_a_whole_run_says_so(capsys):
    assert list(accelerator.run(Settings())) == []
    assert capsys.readouterr().out == "accelerator: none here, so its rows are left out\n"


@pytest.mark.parametrize(("device", "waits"), [("cpu", []), ("cuda", ["synchronize"] * 2)])
def test_a_side_is_done_when_the_device_is(asked, device, waits):
    side = accelerator.timed(lambda: asked.append("run"), device)
    interleave({"ours": side}, repeats=1, warm_up=1)
    assert [name for name in asked if name != "run"] == waits
    assert asked[0] == "run" and asked.count("run") == 2


@pytest.mark.parametrize("allowed", [False, True])
def test_tf32_is_allowed_while_a_side_runs(allowed):
    switches = torch.backends.cudnn, torch.backends.cuda.matmul
    before = [switch.allow_tf32 for switch in switches]
    seen = []
    side = accelerator.timed(lambda: seen.extend(s.allow_tf32 for s in switches), "cpu", allowed)
    interleave({"ours": side}, repeats=1, warm_up=0)
    # As torch has it by default: convolutions may, products of matrices may not.
    assert seen == [allowed, False]
    assert [switch.allow_tf32 for switch in switches] == before


def test_memory_is_what_the_device_reserved_from_the_preparation_on(asked):
    def side(number: int):
        asked.append(f"prepared {number}")
        return lambda: asked.append("run")

    assert accelerator.peak("cuda", side, 7) == 3
    assert asked == [
        "prepared 7",
        "empty_cache",
        "reset_peak_memory_stats",
        "run",
        "synchronize",
        "max_memory_reserved",
    ]
