"""Which page is written; the tables are checked over the logs of runs."""

import pytest

from mmadvent.cli.results_table import page_format
from mmadvent.errors import InputError
from tests.cli.parsing import parse


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "markdown"),
        (["--out", "a.html"], "html"),
        (["--out", "a.csv"], "csv"),
        (["--out", "a.md", "--format", "csv"], "csv"),
    ],
)
def test_the_format_or_the_ending_names_the_page(words: list[str], expected: str) -> None:
    assert page_format(parse("results-table", *words)) == expected


def test_unknown_formats_are_refused() -> None:
    with pytest.raises(InputError) as error:
        page_format(parse("results-table", "--format", "pdf"))
    assert str(error.value) == "--format must be among markdown, csv, html, got 'pdf'"
    with pytest.raises(InputError, match="^--out must end in .md, .csv, .html, or --format be "):
        page_format(parse("results-table", "--out", "a.pdf"))
