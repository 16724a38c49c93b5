"""Markdown and CSV of a small table, written out by hand."""

import csv
import io
import math
from dataclasses import replace
from pathlib import Path

from mmadvent.io.tables import markdown_table
from mmadvent.results.paper_figures import PaperRow, paper_source
from mmadvent.results.result_pages import (
    CSV_COLUMNS,
    csv_page,
    figures,
    markdown_page,
    uneven_means,
)
from mmadvent.results.results_table import Cell, Column, ResultsRow, ResultsTable

PAPER = PaperRow("Ours (AdvEnt)", "Table 1a", {"road": 89.9, "mIoU": 43.8, "gap": -21.3})
COLUMNS = (
    Column("road", "road"),
    Column("traffic light", "light"),
    Column("mIoU", "mIoU", is_mean=True),
    Column("gap", "gap"),
)
OURS = ResultsRow(
    "AdvEnt",
    (Path("a/0"), Path("a/1")),
    (
        Cell(85.0, (80.0, 90.0)),
        Cell(math.nan, (math.nan, math.nan)),
        Cell(47.0, (45.0, 49.0)),
        Cell(2.26),
    ),
    PAPER,
)
ORACLE = ResultsRow(
    "full|labels",
    (Path("o"),),
    (Cell(95.06, (95.06,)), Cell(1.0, (1.0,)), Cell(44.74, (44.74,)), None),
)
TABLE = ResultsTable(COLUMNS, (OURS, ORACLE), ("road", "traffic light"), "full|labels")


def test_markdown() -> None:
    lines = [
        "| method | road | light | mIoU | gap |",
        "| :-- | --: | --: | --: | --: |",
        "| AdvEnt | 85.0 | - | 47.0 ± 2.8 | +2.3 |",
        "| AdvEnt (paper) | 89.9 | - | 43.8 | -21.3 |",
        r"| full\|labels | 95.1 | 1.0 | 44.7 |  |",
    ]
    assert markdown_table(*figures(TABLE)).splitlines() == lines
    assert markdown_page(TABLE, "GTA5 to Cityscapes").splitlines() == [
        "# GTA5 to Cityscapes",
        "",
        *lines,
        "",
        "In percent. Figures of several seeds are their mean, ± their sample standard deviation. "
        "A gap is the distance of the mean to that of 'full|labels'. A mean is over the classes "
        "with a figure, which are 1 in 'AdvEnt', 2 in 'full|labels': not alike. Rows with (paper) "
        f"are those of {paper_source()}.",
        "",
        "| row | seeds | from |",
        "| :-- | --: | :-- |",
        "| AdvEnt | 2 | `a/0`, `a/1` |",
        "| AdvEnt (paper) |  | Ours (AdvEnt): Table 1a |",
        r"| full\|labels | 1 | `o` |",
    ]


def test_a_single_seed_without_oracle_and_paper_needs_no_explanation() -> None:
    (road, light, mean, _), columns = ORACLE.cells, COLUMNS[:3]
    row = ResultsRow("one", ORACLE.work_dirs, (road, light, mean))
    page = markdown_page(ResultsTable(columns, (row,), ("road", "traffic light")), "Results")
    assert page.split("\n\n")[2] == "In percent."


def test_means_over_as_many_classes_need_no_explanation() -> None:
    alike = replace(TABLE, rows=(OURS, replace(ORACLE, cells=OURS.cells)))
    assert uneven_means(alike) == uneven_means(replace(TABLE, rows=(OURS,))) == ""
    seeds = (Cell(85.0, (80.0, 90.0)), Cell(3.0, (3.0, math.nan)), *OURS.cells[2:])
    assert uneven_means(replace(TABLE, rows=(replace(OURS, cells=seeds), ORACLE))) == (
        " A mean is over the classes with a figure, which are 1 or 2 in 'AdvEnt', 2 in "
        "'full|labels': not alike."
    )


def test_csv_has_a_line_for_each_figure() -> None:
    lines = list(csv.reader(io.StringIO(csv_page(TABLE))))
    paper = "Ours (AdvEnt): Table 1a"
    assert lines == [
        list(CSV_COLUMNS),
        ["AdvEnt", "road", "85.000", "7.071", "2", "80.000;90.000", "89.9", paper, "a/0;a/1"],
        ["AdvEnt", "traffic light", "", "", "0", ";", "", "", "a/0;a/1"],
        ["AdvEnt", "mIoU", "47.000", "2.828", "2", "45.000;49.000", "43.8", paper, "a/0;a/1"],
        ["AdvEnt", "gap", "2.260", "", "", "", "-21.3", paper, "a/0;a/1"],
        ["full|labels", "road", "95.060", "", "1", "95.060", "", "", "o"],
        ["full|labels", "traffic light", "1.000", "", "1", "1.000", "", "", "o"],
        ["full|labels", "mIoU", "44.740", "", "1", "44.740", "", "", "o"],
        ["full|labels", "gap", "", "", "", "", "", "", "o"],
    ]
