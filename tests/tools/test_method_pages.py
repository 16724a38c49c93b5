"""The README.md and metafile.yml of each method."""

import re
from pathlib import Path

import pytest
import yaml

from tests.tools.commands import CONFIGS, ROOT

PAGES = sorted(CONFIGS.glob("*/metafile.yml"))


def test_the_methods_have_pages() -> None:
    methods = {"source_only", "minent", "advent", "esl", "oracle"}
    assert {page.parent.name for page in PAGES} >= methods


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_pages_name_every_config_and_promise_no_weights(page: Path) -> None:
    metafile = yaml.safe_load(page.read_text())
    (collection,) = metafile["Collections"]
    assert (ROOT / collection["README"]) == page.parent / "README.md"
    configs = {path.relative_to(ROOT).as_posix() for path in page.parent.glob("*.py")}
    assert {model["Config"] for model in metafile["Models"]} == configs != set()
    for model in metafile["Models"]:
        assert model["In Collection"] == collection["Name"]
        assert "Weights" not in model and "Results" not in model
    text = (page.parent / "README.md").read_text()
    assert set(re.findall(r"\]\((\w+\.py)\)", text)) == {Path(path).name for path in configs}
    # Commands name files that exist.
    for path in re.findall(r"(?:tools|configs)/[\w/]+\.py", text):
        assert (ROOT / path).is_file(), path
