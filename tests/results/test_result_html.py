"""The HTML page as a parser sees it."""

import math
from html.parser import HTMLParser
from pathlib import Path

from mmadvent.results.paper_figures import PaperRow
from mmadvent.results.result_html import html_page
from mmadvent.results.results_table import Cell, Column, ResultsRow, ResultsTable

VOID = {"meta"}
NAN = math.nan


class Page(HTMLParser):
    """The table's cells, and every attribute; refuses tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.bold: list[str] = []
        self.titles: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.items: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "li":
            self.items.append("")
        self.titles += [(self.where(), value or "") for name, value in attrs if name == "title"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data
        elif "li" in self.open:
            self.items[-1] += data
        if "b" in self.open:
            self.bold.append(self.where() + data)

    def where(self) -> str:
        return f"{len(self.rows) - 1}.{len(self.rows[-1]) - 1}:"


def row(method: str, *means: float, gap: Cell | None = None) -> ResultsRow:
    cells = tuple(Cell(mean, (mean,)) for mean in means)
    return ResultsRow(method, (Path(f"runs/{method}"),), (*cells, gap))


COLUMNS = (
    Column("road", "road"),
    Column("bus", "bus"),
    Column("mIoU", "mIoU", is_mean=True),
    Column("entropy", "entropy", ranked=False),
    Column("gap", "gap"),
)
SEEDS = ResultsRow(
    "A<b>",
    (Path('x/"0"'), Path("x/1")),
    (
        Cell(85.0, (80.0, 90.0)),
        Cell(7.0, (NAN, 7.0)),
        Cell(47.0, (45.0, 49.0)),
        Cell(9.0, (8.0, 10.0)),
        Cell(-23.0),
    ),
    PaperRow("Ours & others", "Table 1a", {"road": 99.9, "mIoU": 43.8}),
)
ROWS = (
    SEEDS,
    row("B", 84.96, NAN, 40.0, 30.0, gap=Cell(-30.0)),
    row("oracle", 85.0, 90.0, 70.0, 99.0),
)
TEXT = html_page(ResultsTable(COLUMNS, ROWS, ("road", "bus"), "oracle"), "R & D")
PAGE = Page(TEXT)


def test_figures_are_those_of_the_other_formats() -> None:
    assert PAGE.rows == [
        ["method", "road", "bus", "mIoU", "entropy", "gap"],
        ["A<b>", "85.0", "7.0", "47.0 ± 2.8", "9.0", "-23.0"],
        ["A<b> (paper)", "99.9", "-", "43.8", "-", "-"],
        ["B", "85.0", "-", "40.0", "30.0", "-30.0"],
        ["oracle", "85.0", "90.0", "70.0", "99.0", ""],
    ]
    assert "<h1>R &amp; D</h1>" in TEXT and "<title>R &amp; D</title>" in TEXT


def test_best_figures_are_bold_where_there_is_a_choice() -> None:
    # Neither the oracle's nor the paper's; both of two that look the same; one row alone has a bus.
    assert PAGE.bold == ["1.1:85.0", "1.3:47.0 ± 2.8", "1.5:-23.0", "3.1:85.0"]


def test_the_pointer_shows_every_seed() -> None:
    titles = dict(PAGE.titles)
    assert titles["1.0:"] == 'x/"0"\nx/1'
    assert titles["1.1:"] == 'x/"0": 80.0\nx/1: 90.0'
    assert titles["1.2:"] == 'x/"0": -\nx/1: 7.0'
    assert titles["2.0:"] == "Ours & others: Table 1a"
    assert titles["3.3:"] == "runs/B: 40.0"
    assert "1.5:" not in titles and "4.5:" not in titles


def test_runs_are_listed_where_the_names_lead() -> None:
    assert PAGE.items == [
        "A<b>",
        'x/"0": mIoU 45.0',
        "x/1: mIoU 49.0",
        "A<b> (paper): Ours & others: Table 1a",
        "B",
        "runs/B: mIoU 40.0",
        "oracle",
        "runs/oracle: mIoU 70.0",
    ]
    links = [value for name, value in PAGE.attributes if name == "href"]
    targets = [f"#{value}" for name, value in PAGE.attributes if name == "id"]
    assert links == targets == ["#row0", "#row1", "#row2"]


def test_the_page_needs_nothing_else_and_is_readable_in_the_dark() -> None:
    assert not {name for name, _ in PAGE.attributes} & {"src", "srcset", "data", "onload"}
    for word in ("http", "url(", "@import", "<script", "<link"):
        assert word not in TEXT
    assert "prefers-color-scheme: dark" in TEXT and "overflow-x: auto" in TEXT
