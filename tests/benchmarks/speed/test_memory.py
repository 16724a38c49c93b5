"""Peak memory of a call."""

from benchmarks.speed import memory


def hold(mib: int):
    """Needs ``mib`` MiB for a moment."""
    return lambda: bytearray(mib * 2**20).count(1)


def test_it_is_that_of_the_call(monkeypatch):
    monkeypatch.setattr(memory, "PRELOADED", ["torch"])
    peak, extra = memory.peak_memory(hold, 64)
    assert 63 < extra < 72
    assert peak > extra + 20  # with the interpreter and its packages


def test_what_was_there_before_does_not_count(monkeypatch):
    monkeypatch.setattr(memory, "PRELOADED", ["torch"])
    _, extra = memory.peak_memory(keep, 64)
    assert extra < 8


def keep(mib: int):
    """Has needed ``mib`` MiB before it is called."""
    held = bytearray(b"1") * (mib * 2**20)
    del held
    kept = bytearray(b"1") * (mib * 2**20)
    return lambda: kept[0]
