"""The page with growth, the estimate and the part that is written by hand."""

from dataclasses import replace

import pytest

from benchmarks import growth_file
from benchmarks.speed import page, report
from mmadvent.errors import InputError
from tests.benchmarks.growth_numbers import GROWTH, MEASURED, ROWS


def titles(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


def test_parts_come_in_order():
    text = page.render(ROWS, MEASURED, GROWTH, "\n## Optimisations\n\nNone.\n\n")
    assert titles(text) == [
        "# Performance",
        "## Optimisations",
        "## How it grows",
        "## Other target sets, on paper",
    ]
    assert "\n\n## Optimisations\n\nNone.\n\n## How it grows\n" in text
    assert "{" not in text and "\n\n\n" not in text
    assert "| **exponent** | 0.50 ± 0.05 | 0.50 ± 0.05 |" in text
    assert text.count("2020-01-02 by `python -m benchmarks.growth`: a processor, 2 cores") == 2


def test_parts_may_be_absent():
    assert titles(page.render(ROWS, MEASURED)) == ["# Performance"]
    assert titles(page.render(ROWS, MEASURED, optimisations="## Mine"))[1:] == ["## Mine"]


def test_growth_of_a_quick_run_makes_no_page():
    quick = replace(GROWTH, measured=MEASURED | dict(quick=True))
    with pytest.raises(InputError) as error:
        page.render(ROWS, MEASURED, quick)
    assert str(error.value) == "the page needs numbers of a full run, got those of --quick"


@pytest.mark.parametrize("whole", [False, True])
def test_it_is_made_from_what_is_there(monkeypatch, tmp_path, capsys, whole):
    files = dict(latest=tmp_path / "latest.json", growth=tmp_path / "growth.json")
    written = tmp_path / "docs" / "performance.md"
    monkeypatch.setattr(report, "LATEST", files["latest"])
    monkeypatch.setattr(growth_file, "FILE", files["growth"])
    monkeypatch.setattr(page, "OPTIMISATIONS", tmp_path / "optimisations.md")
    monkeypatch.setattr(page, "PAGE", written)
    report.write(files["latest"], ROWS, MEASURED)
    if whole:
        growth_file.write(files["growth"], GROWTH)
        (tmp_path / "optimisations.md").write_text("## Mine\n")
    page.main()
    expected = (ROWS, MEASURED, GROWTH, "## Mine") if whole else (ROWS, MEASURED)
    assert written.read_text() == page.render(*expected)
    assert capsys.readouterr().out == f"{written}\n"
