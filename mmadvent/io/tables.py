"""Tables as text: Markdown for a file, columns for a terminal."""

import sys
from collections.abc import Collection, Sequence
from typing import TextIO

Rows = Sequence[Sequence[str]]


def markdown_table(header: Sequence[str], rows: Rows, left: Collection[int] = (0,)) -> str:
    """A Markdown table; the columns ``left`` are aligned to the left, the others to the right."""
    rule = [":--" if number in left else "--:" for number in range(len(header))]
    cells = [[cell.replace("|", r"\|") for cell in line] for line in (header, *rows)]
    lines = [cells[0], rule, *cells[1:]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def show_table(
    header: Sequence[str], rows: Rows, left: Collection[int] = (0,), file: TextIO | None = None
) -> None:
    """Print a table: drawn, as wide as it needs, on a terminal; Markdown elsewhere.

    A table that is wider than the terminal is shown turned: a line for each column.
    """
    file = file or sys.stdout
    if not file.isatty():
        print(markdown_table(header, rows, left), file=file)
        return
    # Imported late: only a terminal needs it.
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(file=file, markup=False, highlight=False)
    if _width(header, rows) > console.width:
        header, *rows = zip(header, *rows, strict=True)
        left = (0,)
    console.width = max(console.width, _width(header, rows))
    table = Table(box=box.SIMPLE_HEAD, header_style="", pad_edge=False, padding=(0, 1, 0, 0))
    for number, title in enumerate(header):
        table.add_column(title, justify="left" if number in left else "right", no_wrap=True)
    for line in rows:
        table.add_row(*line)
    console.print(table)


def _width(header: Sequence[str], rows: Rows) -> int:
    columns = zip(header, *rows, strict=True)
    return sum(max(map(len, column)) + 2 for column in columns)
