"""A table of results as one HTML page that needs nothing else."""

import math
from collections.abc import Iterable
from html import escape

from mmadvent.results.result_pages import caption, cell_text, paper_texts
from mmadvent.results.results_table import Cell, ResultsRow, ResultsTable

STYLE = """
:root { color-scheme: light dark; --line: #ccc; --head: #f2f2f2; --page: #fff; --text: #1a1a1a;
  --paper: #555; --link: #0645ad; }
@media (prefers-color-scheme: dark) {
  :root { --line: #444; --head: #2a2a2a; --page: #181818; --text: #e8e8e8; --paper: #b0b0b0;
    --link: #8ab4f8; }
}
body { background: var(--page); color: var(--text); font: 1rem/1.5 sans-serif; margin: 1.5rem; }
a { color: var(--link); }
h1 { font-size: 1.3rem; }
h2 { font-size: 1.1rem; }
.wide { overflow-x: auto; border: 1px solid var(--line); }
table { border-collapse: collapse; white-space: nowrap; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; text-align: right; border-bottom: 1px solid var(--line); }
thead th { background: var(--head); }
tr > :first-child { position: sticky; left: 0; background: var(--page); text-align: left; }
thead tr > :first-child { background: var(--head); }
tbody th { font-weight: normal; }
tr.paper td, tr.paper th { color: var(--paper); font-style: italic; }
code { overflow-wrap: anywhere; }
"""


def html_page(table: ResultsTable, title: str) -> str:
    """The figures, what they are, and the work directories that they come from.

    The best figure of a column is bold: the highest as shown, the oracle and the paper aside. A
    figure shows its seeds' values under the pointer, and a method's name leads to its runs.

    Args:
        table: the results.
        title: of the page.
    """
    header = "".join(f'<th scope="col">{escape(text)}</th>' for text in _header(table))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
<div class="wide" tabindex="0">
<table>
<thead><tr>{header}</tr></thead>
<tbody>
{_lines(_body(table))}
</tbody>
</table>
</div>
<p>{escape(caption(table))}</p>
<h2>Runs</h2>
<ul>
{_lines(_sources(table))}
</ul>
</body>
</html>
"""


def _header(table: ResultsTable) -> list[str]:
    return ["method", *(column.title for column in table.columns)]


def _body(table: ResultsTable) -> Iterable[str]:
    best = [_best(table, number) for number in range(len(table.columns))]
    for number, row in enumerate(table.rows):
        cells = ""
        for cell, column, highest in zip(row.cells, table.columns, best, strict=True):
            text = escape(cell_text(cell, column))
            if highest is not None and row.method != table.oracle and _shown(cell) == highest:
                text = f"<b>{text}</b>"
            cells += f"<td{_hover(cell, row)}>{text}</td>"
        runs = _attribute("title", map(str, row.work_dirs))
        name = f'<a href="#row{number}"{runs}>{escape(row.method)}</a>'
        yield f'<tr><th scope="row">{name}</th>{cells}</tr>'
        if row.paper:
            texts = paper_texts(row.paper, table.columns)
            cells = "".join(f"<td>{escape(text)}</td>" for text in texts)
            origin = _attribute("title", [row.paper.origin])
            name = f'<th scope="row"{origin}>{escape(row.method)} (paper)</th>'
            yield f'<tr class="paper">{name}{cells}</tr>'


def _sources(table: ResultsTable) -> Iterable[str]:
    mean = len(table.classes)
    for number, row in enumerate(table.rows):
        cell = row.cells[mean]
        values = cell.values if cell else ()
        runs = (
            f"<li><code>{escape(str(path))}</code>: {table.columns[mean].title} {value:.1f}</li>"
            for path, value in zip(row.work_dirs, values, strict=True)
        )
        yield f'<li id="row{number}">{escape(row.method)}<ul>{"".join(runs)}</ul></li>'
        if row.paper:
            yield f"<li>{escape(f'{row.method} (paper): {row.paper.origin}')}</li>"


def _best(table: ResultsTable, number: int) -> float | None:
    """The highest figure of a column as shown, if there is more than one to choose from."""
    rows = [row for row in table.rows if row.method != table.oracle]
    shown = [_shown(row.cells[number]) for row in rows]
    values = [value for value in shown if not math.isnan(value)]
    return max(values) if table.columns[number].ranked and len(values) > 1 else None


def _shown(cell: Cell | None) -> float:
    return math.nan if cell is None else round(cell.mean, 1)


def _hover(cell: Cell | None, row: ResultsRow) -> str:
    if cell is None or not cell.values:
        return ""
    texts = ("-" if math.isnan(value) else f"{value:.1f}" for value in cell.values)
    return _attribute(
        "title", (f"{path}: {text}" for path, text in zip(row.work_dirs, texts, strict=True))
    )


def _attribute(name: str, lines: Iterable[str]) -> str:
    return f' {name}="{"&#10;".join(map(escape, lines))}"'


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)
