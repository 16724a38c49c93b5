"""Tables as Markdown and on a terminal."""

import io

import pytest

from mmadvent.io.tables import markdown_table, show_table

HEADER, ROWS = ("method", "road", "note"), [("A|B", "85.0", "x"), ("oracle", "9.0", "")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_markdown() -> None:
    assert markdown_table(HEADER, ROWS, left=(0, 2)).splitlines() == [
        "| method | road | note |",
        "| :-- | --: | :-- |",
        r"| A\|B | 85.0 | x |",
        "| oracle | 9.0 |  |",
    ]


def test_off_a_terminal_the_same_is_printed(capsys: pytest.CaptureFixture) -> None:
    show_table(HEADER, ROWS)
    assert capsys.readouterr().out == markdown_table(HEADER, ROWS) + "\n"


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        ("80", [["method", "road", "note"], ["A|B", "85.0", "x"], ["oracle", "9.0"]]),
        ("15", [["method", "A|B", "oracle"], ["road", "85.0", "9.0"], ["note", "x"]]),
    ],
)
def test_a_terminal_shows_aligned_columns_or_is_turned(
    monkeypatch: pytest.MonkeyPatch, width: str, expected: list[list[str]]
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    shown = Terminal()
    show_table(HEADER, ROWS, file=shown)
    lines = [line.split() for line in shown.getvalue().splitlines() if line.strip()]
    assert [line for line in lines if "─" not in line[0]] == expected
    assert "|" not in shown.getvalue().replace("A|B", "")
