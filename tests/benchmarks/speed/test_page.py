"""The page with the part that is written by hand."""

import pytest

from benchmarks.speed import page, report
from tests.benchmarks.speed.test_report import MEASURED, ROWS


def titles(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


def test_the_parts_by_hand_come_first_and_last():
    text = page.render(ROWS, MEASURED, "\n## Optimisations\n\nNone.\n\n", "## On a GPU\n\nFast.\n")
    assert titles(text) == [
        "# Performance",
        "## On a GPU",
        "## On a processor",
        "## Optimisations",
    ]
    assert text.endswith("\n\n## Optimisations\n\nNone.\n")
    assert "{" not in text and "\n\n\n" not in text
    assert text.count("2020-01-02 by `python -m benchmarks.speed`: a processor, 2 cores") == 1


@pytest.mark.parametrize("by_hand", ["", "## Mine\n"])
def test_it_is_made_from_what_is_there(monkeypatch, tmp_path, capsys, by_hand):
    latest, written = tmp_path / "latest.json", tmp_path / "docs" / "performance.md"
    monkeypatch.setattr(report, "LATEST", latest)
    monkeypatch.setattr(page, "OPTIMIZATIONS", tmp_path / "optimisations.md")
    monkeypatch.setattr(page, "GPU", tmp_path / "gpu.md")
    monkeypatch.setattr(page, "PAGE", written)
    report.write(latest, ROWS, MEASURED)
    if by_hand:
        (tmp_path / "optimisations.md").write_text(by_hand)
        (tmp_path / "gpu.md").write_text("## First\n")
    page.main([])
    assert written.read_text() == page.render(ROWS, MEASURED, by_hand, by_hand and "## First")
    assert capsys.readouterr().out == f"{written}\n"


@pytest.mark.parametrize("word", ["--help", "--no-such-option"])
def test_other_words_write_nothing(monkeypatch, tmp_path, word):
    monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
    with pytest.raises(SystemExit):
        page.main([word])
    assert not list(tmp_path.iterdir())


def test_the_page_in_the_documentation_is_that_of_the_numbers(monkeypatch, tmp_path):
    shown, written = page.PAGE, tmp_path / "performance.md"
    monkeypatch.setattr(page, "PAGE", written)
    page.main([])
    assert written.read_text() == shown.read_text()
