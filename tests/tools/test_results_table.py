"""The command line over work directories that only hold what a run logs."""

from pathlib import Path

import pytest

from mmadvent.results.paper_figures import paper_benchmark
from tests.results.work_dirs import write_run, write_test
from tests.tools.commands import TOOLS, refused, run_here

R101 = paper_benchmark("gta2cs-r101")
FIRST = "method,figure,mean,spread,seeds,values,paper,paper_source,runs"


def segmentation(work_dir: str, mean: float, classes: tuple[str, ...] = ("road", "sky")) -> Path:
    """A finished training of a segmentor, relative to the working directory."""
    figures = {f"IoU.{name}": mean for name in classes}
    return write_run(Path(work_dir), **figures, mIoU=mean, mean_entropy=0.125)


def table(capsys: pytest.CaptureFixture, *arguments: object) -> tuple[list[str], str]:
    """The lines of the figures' Markdown table without its header, and stderr."""
    run_here(TOOLS / "results_table.py", *arguments)
    printed = capsys.readouterr()
    return printed.out.split("\n\n")[1].splitlines()[2:], printed.err


def test_seeds_and_a_test_run(here: Path, capsys: pytest.CaptureFixture) -> None:
    seeds = [segmentation("a/0", 40.0), segmentation("a/1", 42.0)]
    segmentation("full", 60.0)
    both = write_test(Path("both"), **{"IoU.road": 43.0, "IoU.sky": 44.0, "mIoU": 43.5})
    rows = ["--row", "AdvEnt", *seeds, "--row", "both", both, "--row", "oracle", "full"]
    lines = [
        "| AdvEnt | 41.0 | 41.0 | 41.0 ± 1.4 | 12.5 | -19.0 |",
        "| both | 43.0 | 44.0 | 43.5 | - | -16.5 |",
        "| oracle | 60.0 | 60.0 | 60.0 | 12.5 |  |",
    ]
    assert table(capsys, *rows) == (lines, "")
    assert table(capsys, *rows, "--oracle", "both")[0][2] == (
        "| oracle | 60.0 | 60.0 | 60.0 | 12.5 | +16.5 |"
    )


def test_benchmark_folder(here: Path, capsys: pytest.CaptureFixture) -> None:
    for seed in (2, 10):
        for method, mean in (("oracle", 60.0), ("minent", 30.0 + seed), ("own_method", 50.0)):
            segmentation(f"runs/seed{seed}/{method}", mean)
    segmentation("runs/seed2/advent", 45.0)
    Path("runs/seed10/source_only").mkdir()
    lines, errors = table(capsys, "--runs", "runs", "--row", "extra", segmentation("more", 48.0))
    assert [line.split(" | ")[0] for line in lines] == [
        "| MinEnt", "| oracle", "| own method", "| extra",
    ]  # fmt: skip
    assert lines[0] == "| MinEnt | 36.0 | 36.0 | 36.0 ± 5.7 | 12.5 | -24.0 |"
    because = "holds no evaluation (an entry with mIoU or voc07_11points/mAP)"
    assert errors.splitlines() == [
        f"left out: 'source_only', since the work directory 'runs/seed2/source_only' {because}",
        f"left out: 'advent', since the work directory 'runs/seed10/advent' {because}",
    ]
    run_here(TOOLS / "results_table.py", "--runs", "runs", "--format", "csv")
    second = capsys.readouterr().out.splitlines()[1]
    assert second == (
        "MinEnt,road,36.000,5.657,2,32.000;40.000,,,runs/seed2/minent;runs/seed10/minent"
    )


def test_what_does_not_belong_to_a_benchmarks_seeds(
    here: Path, capsys: pytest.CaptureFixture
) -> None:
    for seed, step, rounds in (("0", 100, 2), ("1", 60, 1), ("0_old", 100, 2)):
        folder = f"runs/seed{seed}"
        segmentation(f"{folder}/oracle", 60.0)
        write_run(Path(folder, "advent"), mIoU=50.0, step=step)
        segmentation(f"{folder}/cbst/round{rounds}/train", 45.0)
    lines, errors = table(capsys, "--runs", "runs")
    assert lines == ["| oracle | 60.0 | 60.0 | 60.0 ± 0.0 | 12.5 |  |"]
    assert errors.splitlines() == [
        "left out: 'runs/seed0_old', since its name is not seed and a number",
        "left out: 'advent', since the seeds of 'AdvEnt' must have been evaluated at one step, but "
        "the last evaluation of 'runs/seed0/advent' is at 100 and that of 'runs/seed1/advent' at "
        "60",
        "left out: 'cbst', since its seeds must have the same last round, got "
        "'runs/seed0/cbst/round2/train' and 'runs/seed1/cbst/round1/train'",
    ]


def test_papers_figures(here: Path, capsys: pytest.CaptureFixture) -> None:
    for method in ("advent", "mixed", "plain", "labels"):
        segmentation(method, 40.0, R101.classes)
    rows = [part for name in ("AdvEnt", "mixed", "plain") for part in ("--row", name, name.lower())]
    rows += ["--row", "all labels", "labels", "--oracle", "all labels"]
    lines, errors = table(
        capsys, *rows, "--paper", "gta2cs-r101", "--paper-row", "mixed=Ours (AdvEnt+MinEnt)"
    )
    assert [line.split(" | ")[0] for line in lines] == [
        "| AdvEnt", "| AdvEnt (paper)", "| mixed", "| mixed (paper)", "| plain",
        "| all labels", "| all labels (paper)",
    ]  # fmt: skip
    assert lines[1].startswith("| AdvEnt (paper) | 89.9 | 36.5 | ")
    assert lines[1].endswith(" | 23.3 | 43.8 | - | -21.3 |")
    assert lines[3].endswith(" | 45.5 | - | -19.6 |")
    assert lines[6].endswith(" | - | 65.1 | - | - |")
    assert errors == f"the paper has no row 'plain' in {R101.title}\n"


def test_both_means_of_synthia(here: Path, capsys: pytest.CaptureFixture) -> None:
    classes = paper_benchmark("synthia2cs-r101").classes
    figures = {f"IoU.{name}": 1.0 for name in classes}
    for method, mean in (("AdvEnt", 40.0), ("oracle", 70.0)):
        write_run(Path(method), **figures, **{"mIoU": mean, "mIoU*": mean + 5})
    rows = ["--row", "AdvEnt", "AdvEnt", "--row", "oracle", "oracle"]
    lines, _ = table(capsys, *rows, "--paper", "synthia2cs-r101")
    assert lines[0].endswith(" | 40.0 | 45.0 | -30.0 | -30.0 |")
    assert lines[1].endswith(" | 40.8 | 47.6 | - | -24.1 |")
    assert lines[3].endswith(" | - | 71.7 | - | - |")


def test_detection(here: Path, capsys: pytest.CaptureFixture) -> None:
    classes = paper_benchmark("cs2foggy-ssd300").classes
    figures = {f"voc07_11points/AP50.{name}": 0.25 for name in classes}
    write_run(Path("ssd"), **figures, **{"voc07_11points/mAP": 0.25, "coco/bbox_mAP": 0.1})
    assert table(capsys, "--row", "source only", "ssd", "--paper", "cs2foggy-ssd300")[0] == [
        f"| source only |{' 25.0 |' * 9} 10.0 |",
        "| source only (paper) | 15.0 | 17.4 | 27.2 | 5.7 | 15.1 | 9.1 | 11.0 | 16.7 | 14.7 | - |",
    ]


@pytest.mark.parametrize(
    ("options", "start"),
    [
        (["--out", "new/t.md"], "# Results\n"),
        (["--out", "new/t.csv"], FIRST),
        (["--out", "new/t.html"], "<!DOCTYPE html>\n"),
        (["--out", "new/t.txt", "--format", "csv"], FIRST),
        (["--out", "new/t.md", "--format", "html"], "<!DOCTYPE html>\n"),
    ],
)
def test_files(here: Path, capsys: pytest.CaptureFixture, options: list[str], start: str) -> None:
    run_here(TOOLS / "results_table.py", "--row", "A", segmentation("a", 40.0), *options)
    (file,) = Path("new").iterdir()
    assert file.read_text().startswith(start)
    assert capsys.readouterr().out == f"wrote {options[1]}\n"


NO_EVALUATION = "holds no evaluation (an entry with mIoU or voc07_11points/mAP)"
REFUSED = {
    "": "give at least one --row NAME WORK_DIR, or --runs DIR",
    "--row A": "--row needs a name and its work directories, got only 'A'",
    "--row A nowhere": f"the work directory 'nowhere' {NO_EVALUATION}",
    "--row A a --row B nowhere": (
        "the work directory 'nowhere' holds no evaluation (an entry with mIoU)"
    ),
    "--row A a --row B other": (
        "every run must have evaluated the classes of 'a', but 'other' lacks sky and adds car"
    ),
    "--row A a --oracle B": "the oracle must be one of the rows A, got 'B'",
    "--row A a --format pdf": "--format must be among markdown, csv, html, got 'pdf'",
    "--row A a --out t.pdf": (
        "--out must end in .md, .csv, .html, or --format be given, got 't.pdf'"
    ),
    "--row A a --paper gta": (
        "the paper's benchmarks are gta2cs-vgg16, gta2cs-r101, synthia2cs-vgg16, synthia2cs-r101, "
        "cs2foggy-ssd300, got 'gta'"
    ),
    "--row A a --paper gta2cs-r101 --out t.md": (
        f"the classes of {R101.title} are {', '.join(R101.classes)}, but the runs have road, sky"
    ),
    "--row A a --paper gta2cs-r101 --paper-row A=AdvEnt": (
        f"the paper's rows of {R101.title} are 'Adapt-SegMap', 'Adapt-SegMap*', 'Ours (MinEnt)', "
        "'Ours (MinEnt + ER)', 'Ours (AdvEnt)', 'Ours (AdvEnt+MinEnt)', 'oracle', got 'AdvEnt'"
    ),
    "--row A a --paper gta2cs-r101 --paper-row B=oracle": (
        "--paper-row must be NAME=PAPER_NAME with one of the rows A, got 'B=oracle'"
    ),
    "--row A a --paper-row A=oracle": "--paper-row needs --paper",
    "--runs a": "--runs must be a folder of seed*/METHOD work directories, got 'a'",
    "--runs begun": "no method has an evaluation of every seed in 'begun'",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_one_sentence(here: Path, capsys: pytest.CaptureFixture, arguments: str) -> None:
    segmentation("a", 40.0)
    segmentation("other", 40.0, ("road", "car"))
    Path("begun/seed0/advent").mkdir(parents=True)
    assert refused(capsys, "results_table", *arguments.split()) == f"error: {REFUSED[arguments]}"


def test_a_run_of_another_network_is_no_benchmark_of_the_papers(
    here: Path, capsys: pytest.CaptureFixture
) -> None:
    segmentation("advent", 40.0, R101.classes)
    Path("advent/config.py").write_text("model = dict(backbone=dict(type='ResNet', depth=18))")
    Path("advent/later.py").write_text("")  # of another run there
    words = ("--row", "AdvEnt", "advent", "--paper", "gta2cs-r101")
    assert refused(capsys, "results_table", *words) == (
        "error: GTA5 to Cityscapes, DeepLab-V2 ResNet-101 has model.backbone.type DeepLabResNet, "
        "but the config 'advent/config.py' has ResNet"
    )
