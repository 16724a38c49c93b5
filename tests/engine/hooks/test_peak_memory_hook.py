"""The process's peak memory, in MiB, at the first iteration and every tenth."""

from types import SimpleNamespace

import pytest

from mmadvent.engine import PeakMemoryHook, peak_resident_mib
from mmadvent.engine.hooks import peak_memory_hook


@pytest.mark.parametrize(("platform", "unit"), [("linux", 2**10), ("darwin", 2**20)])
def test_the_unit_of_the_system(monkeypatch: pytest.MonkeyPatch, platform: str, unit: int) -> None:
    usage = SimpleNamespace(ru_maxrss=300 * unit)
    monkeypatch.setattr(peak_memory_hook.resource, "getrusage", lambda who: usage)
    monkeypatch.setattr(peak_memory_hook.sys, "platform", platform)
    assert peak_resident_mib() == 300


def test_it_never_falls() -> None:
    before = peak_resident_mib()
    block = bytearray(64 * 2**20)
    block[:: 2**12] = b"x" * len(block[:: 2**12])  # every page is touched
    del block
    assert 50 < before <= peak_resident_mib() < 2**20


def test_when_it_is_logged() -> None:
    logged: list[tuple[int, str]] = []
    runner = SimpleNamespace(iter=0)
    runner.message_hub = SimpleNamespace(
        update_scalar=lambda name, value: logged.append((runner.iter, name))
    )
    hook = PeakMemoryHook()
    for iteration in range(25):
        runner.iter = iteration
        hook.after_train_iter(runner, iteration)
    assert logged == [(iteration, "train/peak_rss") for iteration in (0, 9, 19)]
