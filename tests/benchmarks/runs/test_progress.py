"""What is shown of trainings whose output is written by hand."""

import sys
from pathlib import Path

import pytest

from benchmarks.runs import progress as module
from benchmarks.runs.progress import Progress
from benchmarks.runs.tool_calls import run_tool
from mmadvent.errors import InputError

LINE = (
    "2026/11/26 15:12:16 - mmengine - INFO - Iter(train) [{:>3}/{}]  network.lr: 1.0e-03  eta: "
    "0:01:12  time: 2.0  loss: 1.8791  decode.loss_ce: 1.8  advent.decode.entropy: 0.9667\n"
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, which stands still."""
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_a_line_each_tenth_off_a_terminal(
    tmp_path: Path, clock: list[float], capsys: pytest.CaptureFixture
) -> None:
    progress = Progress([40, 20])
    with progress.training("AdvEnt, seed 0", tmp_path / "a.log", 40) as training:
        for step in range(1, 41):
            clock[0] += 2
            training.read(LINE.format(step, 40))
        training.read("Iter(val) [10/20]\n")
        training.read("Traceback\n")
    first, *tenths = capsys.readouterr().out.splitlines()
    assert first == f"1 of 2: AdvEnt, seed 0; log: {tmp_path}/a.log"
    assert len(tenths) == 10
    assert tenths[0] == "  4 of 40: loss 1.8791, entropy 0.9667, 0:01:12 left"
    assert tenths[-1] == "  40 of 40: loss 1.8791, entropy 0.9667, 0:01:12 left"

    with progress.training("oracle, seed 0", tmp_path / "b.log", 20) as training:
        training.read(LINE.format(10, 10))
        training.read(LINE.format(10, 10).replace("10/", "5/"))  # another round
    second, *tenths = capsys.readouterr().out.splitlines()
    assert second == f"2 of 2: oracle, seed 0, 00:40 left of all; log: {tmp_path}/b.log"
    assert [line.split(":")[0] for line in tenths] == ["  10 of 20", "  15 of 20"]


def test_days_and_a_loss_below_zero(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    line = LINE.replace("0:01:12", "2 days, 0:01:12").replace("loss: 1.8791", "loss: -0.2")
    with Progress([40]).training("A", tmp_path / "a.log", 40) as training:
        training.read(line.format(4, 40))
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "  4 of 40: loss -0.2, entropy 0.9667, 2 days, 0:01:12 left"


def test_one_line_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    progress = Progress([40])
    with progress.training("AdvEnt, seed 0", tmp_path / "a.log", 40) as training:
        for step in (10, 20, 40):
            training.read(LINE.format(step, 40))
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 1
    assert shown.err.count("\n") == 1 and "40/40" in shown.err and "entropy 0.9667" in shown.err


def test_all_of_the_output_is_in_the_log(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    (tmp_path / "tools").mkdir()
    script = "import sys; print('out'); print('error: the end', file=sys.stderr); sys.exit(3)"
    (tmp_path / "tools" / "bad.py").write_text(script)
    progress, log = Progress([1]), tmp_path / "new" / "a.log"
    with progress.training("A", log, 1) as training, pytest.raises(InputError) as error:
        run_tool(tmp_path, "bad", training=training)
    assert str(error.value) == f"tools/bad.py ended with 3: error: the end (log: {log})"
    assert log.read_text().splitlines() == ["out", "error: the end"]
    assert capfd.readouterr().out.count("\n") == 1


def test_lines_of_several_at_once(
    tmp_path: Path, clock: list[float], capsys: pytest.CaptureFixture
) -> None:
    progress = Progress([40, 40, 40], at_once=2)
    with progress.training("A", tmp_path / "a.log", 40):
        pass  # it was complete
    with (
        progress.training("B", tmp_path / "b.log", 40) as one,
        progress.training("C", tmp_path / "c.log", 40) as other,
    ):
        clock[0] += 60
        other.read(LINE.format(10, 40))
        one.read(LINE.format(20, 40))
        assert progress.left("{}") == "01:40"  # 30 took 60 seconds, and 50 are left
    lines = capsys.readouterr().out.splitlines()
    assert [line[:12] for line in lines] == ["1 of 3: A; l", "2 of 3: B; l", "3 of 3: C; l"] + [
        "  C: 10 of 4", "  B: 20 of 4"
    ]  # fmt: skip
