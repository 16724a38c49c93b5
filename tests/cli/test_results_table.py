"""Which page is written; the tables are checked over the logs of runs."""

from pathlib import Path

import pytest

from mmadvent.cli.results_table import page_format, run
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


def test_a_link_in_a_circle_in_the_place_of_the_page(tmp_path: Path) -> None:
    out = tmp_path / "new.md"
    out.symlink_to("new.md")
    with pytest.raises(InputError) as error:
        run(parse("results-table", "--out", out))
    assert str(error.value) == f"--out '{out}' must be a file, but it is a broken link"
