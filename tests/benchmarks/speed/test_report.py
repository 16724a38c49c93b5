"""The table, the file and the page."""

import json

import pytest

from benchmarks.speed import __main__ as command
from benchmarks.speed import page, report
from benchmarks.speed.rows import Row
from mmadvent.errors import InputError

ROWS = [
    Row("step", "s", 1.25, 5.0, 0.25, (0.2, 0.3), 0.38),
    Row("step memory", "MiB", 900.4, 1000.0, 0.9004, (0.9004, 0.9004), 0.75),
    Row("loop", "s", 0.5, 0.0, None, None),
]
MEASURED = dict(
    date="2020-01-02",
    command="python -m benchmarks.speed",
    quick=False,
    processor="a processor",
    cores=2,
    threads=2,
    load_before=0.1,
    python="3.11.7",
    versions={"torch": "2.6.0", "numpy": "2.0.0"},
)


def test_the_file_gives_back_the_rows(tmp_path):
    path = tmp_path / "results" / "latest.json"
    report.write(path, ROWS, MEASURED)
    assert report.read(path) == (ROWS, MEASURED)
    assert [row["met"] for row in json.loads(path.read_text())["rows"]] == [True, False, None]


def test_cells():
    assert [report.cells(row) for row in ROWS] == [
        ("step", "1.2500", "5.0000", "s", "0.25", "0.20-0.30", "<= 0.38", "yes"),
        ("step memory", "900", "1000", "MiB", "0.90", "0.90-0.90", "<= 0.75", "no"),
        ("loop", "0.5000", "0.0000", "s", "", "", "", ""),
    ]


def test_the_file_says_where_it_was_measured():
    setting = report.setting(quick=True, load=1.234)
    assert setting.keys() == MEASURED.keys()
    assert setting["load_before"] == 1.23 and setting["quick"] is True
    assert setting["versions"]["torch"] and setting["processor"]


def test_the_page_holds_every_row():
    lines = page.render(ROWS, MEASURED).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert table[0] == "| bench | ours | reference | unit | ratio | spread | goal | met |"
    assert table[2] == "| step | 1.2500 | 5.0000 | s | 0.25 | 0.20-0.30 | <= 0.38 | yes |"
    assert len(table) == 2 + len(ROWS)
    assert "Python 3.11.7, torch 2.6.0, numpy 2.0.0." in " ".join(lines)


def test_numbers_of_a_quick_run_make_no_page():
    with pytest.raises(InputError) as error:
        page.render(ROWS, MEASURED | dict(quick=True))
    assert str(error.value) == "the page needs numbers of a full run, got those of --quick"


def test_no_numbers_make_no_page(monkeypatch, tmp_path):
    monkeypatch.setattr(report, "LATEST", tmp_path / "latest.json")
    with pytest.raises(InputError) as error:
        page.main()
    assert str(error.value) == (
        f"'{tmp_path}/latest.json' must hold the numbers of `python -m benchmarks.speed`"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "NAME must be one of one, two, got 'nothing'"),
        (["--repeats", "0"], "--repeats must be 1 or more, got 0"),
        (["--threads", "-1"], "--threads must be 1 or more, got -1"),
    ],
)
def test_bad_arguments_are_refused(monkeypatch, arguments, sentence):
    monkeypatch.setattr(command, "SUITE", dict(one=None, two=None))
    monkeypatch.setattr("sys.argv", ["benchmarks", *arguments])
    with pytest.raises(InputError) as error:
        command.main()
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ([], "latest.json"),
        (["--quick"], None),
        (["one"], None),
        (["one", "--quick", "--out", "mine.json"], "mine.json"),
    ],
)
def test_only_a_whole_run_replaces_the_latest_numbers(
    monkeypatch, tmp_path, capsys, arguments, written
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "LATEST", tmp_path / "latest.json")
    monkeypatch.setattr(command, "SUITE", dict(one=lambda settings: iter(ROWS)))
    monkeypatch.setattr("torch.set_num_threads", lambda number: None)
    monkeypatch.setattr("sys.argv", ["benchmarks", *arguments])
    command.main()
    assert [path.name for path in tmp_path.iterdir()] == ([written] if written else [])
    assert "step memory" in capsys.readouterr().out
    if written:
        assert report.read(tmp_path / written)[0] == ROWS


@pytest.mark.parametrize(("load", "told"), [(0.4, False), (1.6, True)])
def test_a_busy_machine_is_told(monkeypatch, capsys, load, told):
    monkeypatch.setattr(command, "SUITE", dict(one=lambda settings: iter(ROWS)))
    monkeypatch.setattr("torch.set_num_threads", lambda number: None)
    monkeypatch.setattr(command.os, "getloadavg", lambda: (load, 9.0, 9.0))
    monkeypatch.setattr("sys.argv", ["benchmarks", "one"])
    command.main()
    busy = "the machine is busy (load 1.6): these numbers are no results"
    assert (busy in capsys.readouterr().out) is told
