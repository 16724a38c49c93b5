"""The command, the file and the tables of growth."""

import json
from dataclasses import replace

import pytest

from benchmarks import growth as command
from benchmarks import growth_file, growth_tables
from benchmarks.growth_file import Growth
from benchmarks.speed.rows import Settings
from mmadvent.errors import InputError
from tests.benchmarks.growth_numbers import CURVES, GROWTH, MEASURED, OPERATIONS, PROCESSES, exact


def test_the_file_gives_back_what_was_measured(tmp_path):
    path = tmp_path / "results" / "growth.json"
    growth_file.write(path, GROWTH)
    assert growth_file.read(path) == GROWTH
    first, second = json.loads(path.read_text())["curves"][:2]
    assert first["power"]["exponent"] == pytest.approx(0.5)
    assert second["line"] == pytest.approx(dict(fixed=200.0, each=0.1))


def test_parts_that_were_not_measured_are_none(tmp_path):
    some = Growth([exact("size", "memory", "MiB", (1, 0.0), (2, 0.0))], None, None, MEASURED)
    growth_file.write(tmp_path / "growth.json", some)
    assert growth_file.read(tmp_path / "growth.json") == some
    assert len(growth_tables.tables(some)) == 1


def test_curves_of_an_axis_stand_side_by_side():
    assert growth_tables.curve_table(CURVES[:2]).splitlines() == [
        "| pixels | time of an iteration, s | memory of an iteration, MiB |",
        "| :-- | --: | --: |",
        "| 1,000 | 3 | 300 |",
        "| 2,000 | 4 | 400 |",
        "| 4,000 | 6 | 600 |",
        "| **exponent** | 0.50 ± 0.05 | 0.50 ± 0.05 |",
        "| **line** | 2 + 0.001 x | 200 + 0.1 x |",
    ]


def test_two_sizes_show_ranges():
    assert growth_tables.curve_table(CURVES[2:3]).splitlines()[2:] == [
        "| 1 | 1 (0.9-1.1) |",
        "| 2 | 1.5 (1.4-1.6) |",
        "| **exponent** | 0.58 (0.35 to 0.83) |",
        "| **line** | 0.5 + 0.5 x |",
    ]
    (curve,) = [exact("levels", "memory", "MiB", (1, 8), (2, 4))]
    assert growth_tables.curve_table([curve]).splitlines()[4:] == [
        "| **exponent** | -1.00 |",
        "| **line** | 12 - 4 x |",
    ]


def test_nothing_to_fit_leaves_the_cells_empty():
    table = growth_tables.curve_table([exact("size", "memory", "MiB", (1, 0.0), (2, 1.0))])
    assert table.splitlines()[4:] == ["| **exponent** |  |", "| **line** |  |"]


def test_processes_are_set_against_one():
    assert growth_tables.process_table(PROCESSES).splitlines()[2:] == [
        "| one, while the others wait | 2 (1-3) |  | 20 |",
        "| 2 at once that send nothing | 3 (2-4) | 1.5 |  |",
        "| 2 joined, 10 MiB of gradients an iteration | 5 (4-6) | 2.5 (2-4) | 40 |",
        "| **joined, to those that send nothing** |  | 1.67 (1.5-2) |  |",
    ]


def test_operations_are_in_units_of_a_trillion():
    assert growth_tables.operation_table(OPERATIONS).splitlines()[2:] == [
        "| an iteration | 5.00 |",
        "| of them of the discriminators | 1.00 |",
        "| a prediction of a target image | 0.50 |",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.01234, "0.0123"), (12.34, "12.3"), (123.6, "124"), (12345.6, "12,346")],
)
def test_numbers_have_three_digits(value, text):
    assert growth_tables.number(value) == text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "NAME must be one of step, startup, processes, operations, got 'nothing'"),
        (["--repeats", "0"], "--repeats must be 1 or more, got 0"),
        (["--threads", "-1"], "--threads must be 1 or more, got -1"),
    ],
)
def test_bad_arguments_are_refused(monkeypatch, arguments, sentence):
    monkeypatch.setattr("sys.argv", ["growth", *arguments])
    with pytest.raises(InputError) as error:
        command.main()
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("arguments", "written", "asked", "settings"),
    [
        ([], "growth.json", command.PARTS, Settings(False, 3)),
        (["--quick"], None, command.PARTS, Settings(True, 1)),
        (["step"], None, ["step"], Settings(False, 3)),
        (
            ["step", "--out", "mine.json", "--repeats", "2"],
            "mine.json",
            ["step"],
            Settings(False, 2),
        ),
    ],
)
def test_only_a_whole_run_replaces_the_numbers(
    monkeypatch, tmp_path, capsys, arguments, written, asked, settings
):
    def measure(given, names, measured):
        assert (given, names) == (settings, asked)
        assert measured["command"] == " ".join(["python -m benchmarks.growth", *arguments])
        return GROWTH

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(growth_file, "FILE", tmp_path / "growth.json")
    monkeypatch.setattr(command, "measure", measure)
    monkeypatch.setattr("torch.set_num_threads", lambda number: None)
    monkeypatch.setattr("sys.argv", ["growth", *arguments])
    command.main()
    assert [path.name for path in tmp_path.iterdir()] == ([written] if written else [])
    assert "| **exponent** | 0.50 ± 0.05 |" in capsys.readouterr().out
    if written:
        assert growth_file.read(tmp_path / written) == GROWTH


def test_only_what_is_named_is_measured(monkeypatch):
    monkeypatch.setitem(command.CURVES, "step", lambda settings: iter(CURVES[:3]))
    monkeypatch.setitem(command.CURVES, "startup", lambda settings: iter(CURVES[3:]))
    monkeypatch.setattr(command.growth_processes, "measure", lambda settings: PROCESSES)
    monkeypatch.setattr(command.growth_operations, "count", lambda: OPERATIONS)
    settings = Settings(quick=True)
    assert command.measure(settings, command.PARTS, MEASURED) == GROWTH
    assert command.measure(settings, ["startup"], MEASURED) == replace(
        GROWTH, curves=CURVES[3:], processes=None, operations=None
    )
