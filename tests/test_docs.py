"""The pages: what is generated is current, links lead somewhere."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.toys import ROOT

DOCS = ROOT / "docs"
PAGES = [*DOCS.glob("*.md"), *ROOT.glob("*.md")]
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_zoo_is_that_of_the_metafiles(hooks: ModuleType) -> None:
    text = (DOCS / "model_zoo.md").read_text()
    assert text == hooks.zoo(), "docs/model_zoo.md is out of date: make zoo"
    assert re.search(r"advent/deeplabv2_r101_gta2cs\.py\).*\| \*43\.8\* \|", text)
    assert re.search(r"advent/deeplabv2_vgg16_camvid_day_to_dusk\.py\).*\[26\.8 ± 1\.1\]", text)


def test_every_table_of_results_is_in_the_zoo() -> None:
    text = (DOCS / "model_zoo.md").read_text()
    without_norms = "rendered-streets-on-a-network-that-holds-nothing-of-a-domain"
    for config, figure in {
        "advent_cp/deeplabv2_vgg16_streets_to_camvid_fourier": "24.0 ± 0.5](results.md#from-",
        "adabn/deeplabv2_r18_streets_to_camvid": "17.5 ± 0.7](results.md#with-a-small-network-",
        "minent_cp/deeplabv2_r18_streets_group_norm": f"27.1 ± 0.3](results.md#{without_norms})",
        "source_free/deeplabv2_r18_streets": "27.8 ± 1.4](results.md#the-methods-that-need-no-",
        "translation/cyclegan_streets": "17.0 ± 0.7](results.md#translated-sources-",
        "translation/semantic_gan_streets_to_camvid": "21.8 ± 0.4](results.md#with-a-small-",
        "advent/ssd_r18_foggy_streets_frozen_norms": "11.4 ± 2.2](detection.md#results-on-",
        "oracle/ssd300_vgg16_foggy_streets": "18.5 ± 2.2](detection.md#ssd300-on-vgg-16)",
    }.items():
        (row,) = (line for line in text.splitlines() if f"/{config}.py)" in line)
        assert figure in row
    # Seed 0 alone, and other data than the table's, are no means of a config.
    for config in ("minent/deeplabv2_r18_streets_to_camvid", "translation/cycada_streets_synthia"):
        (row,) = (line for line in text.splitlines() if f"/{config}.py)" in line)
        assert row.endswith("|  |  |")


def test_the_zoo_names_every_methods_paper() -> None:
    text = (DOCS / "model_zoo.md").read_text()
    # AdaBN, SHOT, CycleGAN, CyCADA, TENT.
    for number in ("1603.04779", "2002.08546", "1703.10593", "1711.03213", "2006.10726"):
        assert text.count(f"](https://arxiv.org/abs/{number})") == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), link
        assert file.is_file() or page.parent != DOCS, f"{link} is a folder, which the site lacks"
        if anchor and file.suffix == ".md":
            titles = [re.sub(r"[^\w -]", "", t).lower() for t in HEADING.findall(file.read_text())]
            assert anchor in [title.strip().replace(" ", "-") for title in titles], link


def test_what_pages_and_machines_make_can_be_made() -> None:
    targets = set(
        re.findall(r"^([a-z0-9-]+):.*  ## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    )
    machines = [*ROOT.glob(".github/workflows/*.yml"), ROOT / "Dockerfile", ROOT / ".ci" / "run"]
    assert len(machines) == 4
    for file in (*PAGES, *machines):
        code = re.findall(
            r'(?:^|`|run: |RUN |exec |\[")make(?:", "| )([a-z0-9-]+)', file.read_text(), re.M
        )
        assert set(code) <= targets, file
        assert code or file not in machines, file


def test_the_readme_is_read_in_five_minutes() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.split()) <= 900
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert max(line.count("|") - 1 for line in tables) <= 6


def test_every_page_is_in_the_navigation() -> None:
    nav = json.dumps(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    assert [page.name for page in DOCS.glob("*.md") if f'"{page.name}"' not in nav] == []


def test_the_citation_has_the_packages_version() -> None:
    from mmadvent.version import __version__

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == __version__
    first = f"## {__version__} ({citation['date-released']})"
    assert first in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="make docs installs it")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    quiet = os.environ | dict(NO_MKDOCS_2_WARNING="1")
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    index = json.loads((tmp_path / "search" / "search_index.json").read_text())
    assert any("EntropyLoss" in entry["title"] for entry in index["docs"])
    zoo = (tmp_path / "model_zoo" / "index.html").read_text()
    own = "files/configs/advent/README.md.txt"
    assert f'href="../{own}"' in zoo and (tmp_path / own).is_file()
    reference = (tmp_path / "api" / "models" / "index.html").read_text()
    assert ".. math::" not in reference and ":class:" not in reference
