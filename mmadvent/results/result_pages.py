"""A table of results as Markdown and as CSV."""

import csv
import io
import math
from collections.abc import Iterable, Sequence

from mmadvent.io.tables import markdown_table
from mmadvent.results.paper_figures import PaperRow, paper_source
from mmadvent.results.results_table import Cell, Column, ResultsRow, ResultsTable

CSV_COLUMNS = (
    "method",
    "figure",
    "mean",
    "spread",
    "seeds",
    "values",
    "paper",
    "paper_source",
    "runs",
)


def figures(table: ResultsTable) -> tuple[list[str], list[list[str]]]:
    """The header and the lines of the figures as text, and below each method the paper's."""
    lines = []
    for row in table.rows:
        cells = zip(row.cells, table.columns, strict=True)
        lines.append([row.method, *(cell_text(*cell) for cell in cells)])
        if row.paper:
            lines.append([f"{row.method} (paper)", *paper_texts(row.paper, table.columns)])
    return ["method", *(column.title for column in table.columns)], lines


def markdown_page(table: ResultsTable, title: str) -> str:
    """The figures, what they are, and the work directories that they come from.

    Args:
        table: the results.
        title: of the page.
    """
    sources = []
    for row in table.rows:
        runs = ", ".join(f"`{path}`" for path in row.work_dirs)
        sources.append([row.method, str(len(row.work_dirs)), runs])
        if row.paper:
            sources.append([f"{row.method} (paper)", "", row.paper.origin])
    origins = markdown_table(("row", "seeds", "from"), sources, left=(0, 2))
    parts = (f"# {title}", markdown_table(*figures(table)), caption(table), origins)
    return "\n\n".join(parts) + "\n"


def csv_page(table: ResultsTable, title: str = "") -> str:
    """One line for each method and figure, in percent, with its seeds' values and their origin.

    Several values or work directories in one field are separated by semicolons, in the same order.
    What there is not is empty. Figures have three decimals, and a spread is the sample standard
    deviation.

    Args:
        table: the results.
        title: not shown: a CSV has none.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in table.rows:
        runs = _listed(map(str, row.work_dirs))
        for cell, column in zip(row.cells, table.columns, strict=True):
            paper = row.paper.figures.get(column.name) if row.paper else None
            ours = ["", "", "", ""]
            if cell:
                values = _listed(map(_number, cell.values))
                seeds = str(cell.seeds) if cell.values else ""
                ours = [_number(cell.mean), _number(cell.spread), seeds, values]
            theirs = ["", ""]
            if row.paper and paper is not None:
                theirs = [f"{paper:.1f}", row.paper.origin]
            writer.writerow([row.method, column.name, *ours, *theirs, runs])
    return text.getvalue()


def cell_text(cell: Cell | None, column: Column) -> str:
    """A figure as it is shown: with the spread if it is a mean, with a sign if it is a gap."""
    if cell is None:
        return ""
    if math.isnan(cell.mean):
        return "-"
    if not cell.values:
        return f"{cell.mean:+.1f}"
    if column.is_mean and cell.spread is not None:
        return f"{cell.mean:.1f} ± {cell.spread:.1f}"
    return f"{cell.mean:.1f}"


def paper_texts(row: PaperRow, columns: Sequence[Column]) -> list[str]:
    """The paper's figures as they are shown, as printed there."""
    return [f"{row.figures[c.name]:.1f}" if c.name in row.figures else "-" for c in columns]


def caption(table: ResultsTable) -> str:
    """What the figures of this table are, in a few sentences."""
    text = "In percent."
    if any(len(row.work_dirs) > 1 for row in table.rows):
        text += " Figures of several seeds are their mean, ± their sample standard deviation."
    if table.oracle is not None:
        text += f" A gap is the distance of the mean to that of '{table.oracle}'."
    text += uneven_means(table)
    if any(row.paper for row in table.rows):
        text += f" Rows with (paper) are those of {paper_source()}."
    return text


def uneven_means(table: ResultsTable) -> str:
    """A sentence where means are over different numbers of classes; empty where they are not.

    A class that no label holds has a figure where a method predicts it, 0, and none elsewhere.
    """
    numbers = {row.method: _numbers_of_classes(row, len(table.classes)) for row in table.rows}
    if len({number for of_row in numbers.values() for number in of_row}) < 2:
        return ""
    told = (f"{' or '.join(map(str, of))} in '{method}'" for method, of in numbers.items())
    return f" A mean is over the classes with a figure, which are {', '.join(told)}: not alike."


def _numbers_of_classes(row: ResultsRow, classes: int) -> list[int]:
    """Over how many classes the means of the row's seeds are, each number once."""
    values = zip(*(cell.values for cell in row.cells[:classes] if cell), strict=True)
    return sorted({sum(not math.isnan(value) for value in of_seed) for of_seed in values})


def _listed(texts: Iterable[str]) -> str:
    return ";".join(texts)


def _number(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.3f}"
