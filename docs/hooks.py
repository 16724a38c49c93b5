"""The site's pages that are made from the code, and its links to what lies beside `docs/`.

    python docs/hooks.py    # writes docs/model_zoo.md, which is read in the repository too

mkdocs calls `on_files` and `on_page_markdown` (mkdocs.yml names this file).
"""

import re
from collections.abc import Iterator
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
ZOO = ROOT / "docs" / "model_zoo.md"
LINK = re.compile(r"\]\(([^)\s]+)\)")
# The paper's benchmark that the end of a config's name says.
BENCHMARKS = {
    "r101_gta2cs": "gta2cs-r101",
    "vgg16_gta2cs": "gta2cs-vgg16",
    "r101_synthia2cs": "synthia2cs-r101",
    "vgg16_synthia2cs": "synthia2cs-vgg16",
    "ssd300_vgg16_cs2foggy": "cs2foggy-ssd300",
}
NAMES_IN_PAPER = {"cbst": "Self-Training + CB"}  # where its words are others than our titles'
# This project's own tables: how the names of the configs end whose runs a table tells of, its page
# and its heading. A method is looked up in the tables of a name one after the other.
RESULTS, DETECTION = "results.md", "detection.md"
NORMS_IN_CAMVID = "### With a small network that has norms, and translated streets"
TRANSLATED = "## Translated sources, on the rendered streets"
MEASURED = (
    ("vgg16_camvid_day_to_dusk", RESULTS, "## CamVid, from day to dusk"),
    ("vgg16_streets_to_camvid", RESULTS, "## From rendered streets to CamVid"),
    ("r18_streets_to_camvid", RESULTS, NORMS_IN_CAMVID),
    ("streets_to_camvid", RESULTS, NORMS_IN_CAMVID),  # translators
    (
        "r18_streets_group_norm",
        RESULTS,
        "## Rendered streets, on a network that holds nothing of a domain",
    ),
    ("r18_streets", RESULTS, "### From the layout of GTA5, 19 classes"),
    ("r18_streets", RESULTS, "## The methods that need no source, on the rendered streets"),
    ("r18_streets", RESULTS, TRANSLATED),
    ("streets", RESULTS, TRANSLATED),  # translators
    ("r18_streets_synthia", RESULTS, "### From the layout of SYNTHIA, 16 classes"),
    ("ssd_r18_foggy_streets", DETECTION, "## Results on the rendered foggy streets"),
    ("ssd300_vgg16_foggy_streets", DETECTION, "### SSD300 on VGG-16"),
)
MEANS = ("mIoU", "mAP")
INTRODUCTION = """# Model zoo

Every config, by method. **Measured** is this project's own mean over three seeds, mIoU or mAP in
percent, on data that anybody can have; a translator's is that of a segmentor trained on what it
translates. Each figure leads to its table, with the settings: compare figures of one table alone.
*Paper* is what ADVENT's paper prints, of its own models or, for self-training, of others'; this
project has not repeated it on that data. No weights are published here: those that the papers'
authors released are [converted](weights.md). `make zoo` writes this page from the metafiles and
the tables.
"""
AT_TEST_TIME = """## At test time

[Tent: Fully Test-time Adaptation by Entropy Minimization](https://arxiv.org/abs/2006.10726).
[How](test_time_adaptation.md): it takes any segmentation config and a checkpoint of it, and has no
config of its own. So does AdaBN at test time.
"""


def zoo() -> str:
    """The page, from `configs/*/metafile.yml`, the paper's figures and the results' tables."""
    from mmadvent.io.tables import markdown_table

    parts = [INTRODUCTION]
    for file in sorted((ROOT / "configs").glob("*/metafile.yml")):
        content = yaml.safe_load(file.read_text())
        (collection,) = content["Collections"]
        method = file.parent.name
        parts.append(f"## {collection['Name']}\n")
        parts += [f"{paper}." for paper in papers(content)]
        parts.append(f"[How and why](../configs/{method}/README.md)\n")
        rows = []
        for model in content["Models"]:
            stem = Path(model["Config"]).stem
            data = model["Metadata"]
            cells = (
                f"[{stem}](../{model['Config']})",
                ", ".join(data["Architecture"]),
                " to ".join(map(str, data["Training Data"])),
                measured(method, stem),
                printed(method, stem),
            )
            rows.append(cells)
        header = ("config", "network", "data", "measured", "paper")
        parts += [markdown_table(header, rows, left=(0, 1, 2)), ""]
    return "\n".join([*parts, AT_TEST_TIME])


def papers(metafile: dict[str, Any]) -> list[str]:
    """Links to the papers of a collection and of its models, each once."""
    named = [*metafile["Collections"], *metafile["Models"]]
    links = [f"[{x['Paper']['Title']}]({x['Paper']['URL']})" for x in named if "Paper" in x]
    return list(dict.fromkeys(links))


def measured(method: str, stem: str) -> str:
    """The mean that a results' page has of a config, with a link to the table, or nothing."""
    from mmadvent.results.method_titles import TITLES

    for end, page, heading in MEASURED:
        before, found, after = stem.partition(end)
        # deeplabv2_END, END_frozen_norms; a translator stands before the END.
        name = method if before in ("", "deeplabv2_") else before
        title = TITLES.get(name.strip("_") + after)
        if found and title:
            header, *rows = table_below(page, heading)
            mean = next(name for name in header if name in MEANS)
            for row in rows:
                if row[0] == title:
                    return f"[{row[header.index(mean)]}]({page}#{anchor(heading)})"
    return ""


def table_below(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading: its header, then its rows."""
    text = (ROOT / "docs" / page).read_text()
    after = text[text.index(f"\n{heading}\n") :].splitlines()
    lines = takewhile(lambda x: x[:1] == "|", dropwhile(lambda x: x[:1] != "|", after))
    header, _, *rows = [line.strip("| ").split(" | ") for line in lines]
    return [header, *rows]


def anchor(heading: str) -> str:
    """What a link to a heading has behind its #."""
    return re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")


def printed(method: str, stem: str) -> str:
    """The paper's mean for a method on a config's data, or nothing."""
    from mmadvent.results.method_titles import TITLES
    from mmadvent.results.paper_figures import paper_benchmark

    title = NAMES_IN_PAPER.get(method) or TITLES.get(method, method)
    for end, name in BENCHMARKS.items():
        if stem in (end, f"deeplabv2_{end}"):
            row = paper_benchmark(name).row_like(title)
            for mean in MEANS:
                if row and mean in row.figures:
                    return f"*{row.figures[mean]:.1f}*"
    return ""


def api_pages() -> Iterator[tuple[str, str]]:
    """A page of the reference for each room, whose modules are read from the docstrings."""
    package = ROOT / "mmadvent"
    for room in sorted(package.iterdir()):
        if not (room / "__init__.py").is_file() or room.name == "compat":
            continue
        modules = sorted(room.rglob("*.py"))
        names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules]
        lines = [f"# mmadvent.{room.name}", ""]
        for name in names:
            if not name.endswith("__init__"):
                lines += [f"::: {name}", ""]
        yield f"api/{room.name}.md", "\n".join(lines)


def on_files(files: Any, config: Any) -> Any:
    """Add the reference's pages, and the files beside `docs/` that pages link to."""
    from mkdocs.structure.files import File

    for uri, content in api_pages():
        files.append(File.generated(config, uri, content=content))
    linked = {path for page in (ROOT / "docs").glob("*.md") for path in files_beside(page)}
    for path in sorted(linked):
        files.append(File.generated(config, place(path), content=path.read_text()))
    return files


def files_beside(page: Path) -> list[Path]:
    """The files beside `docs/` that a page links to."""
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text())]
    paths = [(page.parent / target).resolve() for target in targets if target.startswith("..")]
    return [path for path in paths if not path.is_relative_to(ROOT / "docs")]


def place(path: Path) -> str:
    """Where the site has such a file, which a browser shows as text."""
    return f"files/{path.relative_to(ROOT).as_posix()}.txt"


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links to files beside `docs/` to their copies."""
    own = ROOT / "docs" / page.file.src_uri
    places = {path: place(path) for path in files_beside(own)} if own.is_file() else {}

    def moved(found: re.Match) -> str:
        path = (own.parent / found[1].partition("#")[0]).resolve()
        return f"]({places[path]})" if path in places else found[0]

    return LINK.sub(moved, markdown)


if __name__ == "__main__":
    ZOO.write_text(zoo())
