"""What a package index shows."""

import re
import runpy
from typing import Any

import pytest
import setuptools

from tests.tools.commands import ROOT

LINKS = re.compile(r"\[[^\]]*\]\(([^)]*)\)")
HOME = "https://example.org/mmadvent"


def metadata(monkeypatch: pytest.MonkeyPatch, home: str) -> dict[str, Any]:
    """What setup.py says."""
    said: dict[str, Any] = {}
    monkeypatch.setenv("MMADVENT_HOME", home)
    monkeypatch.setattr(setuptools, "setup", said.update)
    runpy.run_path(str(ROOT / "setup.py"))
    return said


def test_links_lead_to_the_published_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    said = metadata(monkeypatch, f"{HOME}/")
    text = said["long_description"]
    for link in LINKS.findall(text):
        assert link.startswith(("https://", "#"))
    own = re.findall(rf"{HOME}/(?:raw|blob)/main/([^)#]*)", text)
    assert "docs/streets_sheet.png" in own and "docs/tutorial.md" in own
    assert all((ROOT / path).exists() for path in own)
    assert f"![Predictions and entropy maps of each method]({HOME}/raw/main/docs/" in text
    assert said["url"] == HOME and said["project_urls"]["Issues"] == f"{HOME}/issues"


def test_without_an_address_files_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    said = metadata(monkeypatch, "")
    assert all(link.startswith("https://") for link in LINKS.findall(said["long_description"]))
    assert "tutorial (`docs/tutorial.md`)" in said["long_description"]
    assert said["url"] is None and said["project_urls"] == {}
