"""The paper's figures against each other: the classes' mean, and the distance to the oracle."""

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.errors import InputError
from mmadvent.results.paper_figures import FIGURES, PaperBenchmark, paper_benchmark

BENCHMARKS = json.loads(FIGURES.read_text())["benchmarks"]
NAMES = list(BENCHMARKS)
# Classes are printed to one decimal, and so is their mean: each is off by 0.05 at most.
ROUNDING = 0.1 + 1e-9


def printed_rows(table: str) -> Iterator[tuple[str, dict]]:
    """Every row of a table, with the name of its benchmark."""
    for name, benchmark in BENCHMARKS.items():
        for row in benchmark["rows"]:
            if row["table"].startswith(table):
                yield name, row


def means_that_do_not_add_up() -> Iterator[tuple[str, str, str, float]]:
    for name, benchmark in BENCHMARKS.items():
        for row in benchmark["rows"]:
            for measure, printed in row["means"].items():
                left_out = benchmark.get(f"not_in_{measure}", [])
                classes = zip(benchmark["classes"], row.get("classes", []), strict="classes" in row)
                values = [value for key, value in classes if key not in left_out]
                if values and abs(statistics.fmean(values) - printed) > ROUNDING:
                    mean = round(statistics.fmean(values), 1)
                    yield name, row["name"], measure, mean


def test_two_means_are_not_those_of_their_classes_and_the_notes_say_so() -> None:
    assert list(means_that_do_not_add_up()) == [
        ("synthia2cs-vgg16", "FCNs in the Wild", "mIoU*", 22.9),
        ("synthia2cs-vgg16", "Self-Training + CB", "mIoU*", 40.7),
    ]
    noted = [(name, row["name"]) for name, row in printed_rows("") if "note" in row]
    assert noted == [(name, row) for name, row, _, _ in means_that_do_not_add_up()]
    for name, row, measure, mean in means_that_do_not_add_up():
        (entry,) = (r for r in BENCHMARKS[name]["rows"] if r["name"] == row)
        assert entry["note"] == (
            f"The 13 classes have a mean of {mean}, not the printed {measure} of "
            f"{entry['means'][measure]}"
        )


def test_every_row_has_a_figure_for_every_class_or_a_reason() -> None:
    without = [
        (name, row["name"]) for name, row in printed_rows("") if None in row.get("classes", [])
    ]
    # It was trained on the 13 classes: no figures of the other three, and no mean over 16.
    assert without == [("synthia2cs-vgg16", "Adapt-SegMap"), ("synthia2cs-r101", "Adapt-SegMap")]
    for name, row in printed_rows("1"):
        measures = ["mIoU"] if name.startswith("gta2cs") else ["mIoU", "mIoU*"]
        assert list(row["means"]) == (measures[1:] if (name, row["name"]) in without else measures)
    assert [len(list(printed_rows(table))) for table in ("1a", "1b", "2", "3")] == [13, 12, 4, 3]


def test_gaps_are_the_distance_to_the_oracle() -> None:
    gaps = [(name, row) for name, row in printed_rows("1") if "gap" in row]
    assert len(gaps) == 13  # the rows of Tables 2a and 2b
    for name, row in gaps:
        printed = row["gap"]
        assert printed["model"] - printed["oracle"] == pytest.approx(printed["gap"])
        measure = BENCHMARKS[name]["gap_column"].replace("gap", "").strip() or "mIoU"
        assert ("note" in printed) == (row["means"][measure] != printed["model"])
        if row["name"].startswith("Ours"):
            oracle = paper_benchmark(name).row("oracle")
            assert oracle.figures == {measure: printed["oracle"]}
    assert [row["name"] for _, row in gaps if "note" in row["gap"]] == [
        "CyCADA",
        "FCNs in the Wild",
    ]


def test_headline_figures() -> None:
    advent = paper_benchmark("gta2cs-r101").row("Ours (AdvEnt)")
    assert advent.figures["mIoU"] == 43.8 and advent.figures["gap"] == -21.3
    assert advent.figures["road"] == 89.9 and advent.figures["bicycle"] == 23.3
    assert advent.origin == "Ours (AdvEnt): Table 1a, gap Table 2a"
    both = paper_benchmark("synthia2cs-r101").row("Ours (AdvEnt+MinEnt)")
    assert (both.figures["mIoU"], both.figures["mIoU*"], both.figures["mIoU* gap"]) == (
        41.2, 48.0, -23.7,
    )  # fmt: skip
    assert "gap" not in both.figures
    detector = paper_benchmark("cs2foggy-ssd300").row("SSD-300")
    assert detector.figures["mAP"] == 14.7 and detector.source == "Table 3"
    fewer = paper_benchmark("synthia2cs-r101").row("Adapt-SegMap")
    assert "wall" not in fewer.figures and fewer.figures["road"] == 84.3


def test_a_contradiction_is_part_of_the_source() -> None:
    assert paper_benchmark("gta2cs-vgg16").row("CyCADA").source == (
        "Table 1a, gap Table 2a. Table 1a prints 34.8 for CyCADA, Table 2a 28.9"
    )


@pytest.mark.parametrize(
    ("method", "row"),
    [
        ("AdvEnt", "Ours (AdvEnt)"),
        ("minent", "Ours (MinEnt)"),
        ("MinEnt+ER", "Ours (MinEnt + ER)"),
        ("minent_er", "Ours (MinEnt + ER)"),
        ("MinEnt + AdvEnt", "Ours (AdvEnt+MinEnt)"),
        ("Ours (AdvEnt)", "Ours (AdvEnt)"),
        ("Adapt-SegMap*", "Adapt-SegMap*"),
        ("oracle", "oracle"),
        ("source only", None),
        ("AdvEnt, norms frozen", None),
        ("ours", None),
    ],
)
def test_rows_of_the_same_method(method: str, row: str | None) -> None:
    found = paper_benchmark("gta2cs-r101").row_like(method)
    assert (found and found.name) == row


def test_the_detector_without_adaptation_has_a_name_of_its_own() -> None:
    found = paper_benchmark("cs2foggy-ssd300").row_like("source_only")
    assert found and found.name == "SSD-300"


@pytest.mark.parametrize("name", NAMES)
def test_no_two_rows_are_alike(name: str) -> None:
    benchmark = paper_benchmark(name)
    for row in benchmark.rows:
        assert benchmark.row_like(row.name) is row


def refusal(call: str, *arguments: object) -> str:
    benchmark: PaperBenchmark = paper_benchmark("cs2foggy-ssd300")
    with pytest.raises(InputError) as error:
        getattr(benchmark, call)(*arguments)
    return str(error.value)


def test_unknown_names() -> None:
    assert refusal("row", "AdvEnt") == (
        "the paper's rows of Cityscapes to Foggy Cityscapes, SSD300 are 'SSD-300', "
        "'Ours (MinEnt)', 'Ours (AdvEnt)', got 'AdvEnt'"
    )
    assert refusal("check_classes", ("car", "person")) == (
        "the classes of Cityscapes to Foggy Cityscapes, SSD300 are person, rider, car, truck, bus, "
        "train, motorcycle, bicycle, but the runs have car, person"
    )
    with pytest.raises(InputError) as error:
        paper_benchmark("gta2cs")
    assert str(error.value) == f"the paper's benchmarks are {', '.join(NAMES)}, got 'gta2cs'"


def test_the_order_of_the_classes_does_not_matter() -> None:
    benchmark = paper_benchmark("cs2foggy-ssd300")
    benchmark.check_classes(list(reversed(benchmark.classes)))


LEAVES = Path(__file__).resolve().parents[2] / "configs"
OF_BENCHMARK = {
    "gta2cs-r101": ("advent/deeplabv2_r101_gta2cs", "oracle/deeplabv2_r101_cs"),
    "gta2cs-vgg16": ("minent/deeplabv2_vgg16_gta2cs", "source_only/deeplabv2_vgg16_gta2cs"),
    "synthia2cs-r101": ("advent_cp/deeplabv2_r101_synthia2cs",),
    "synthia2cs-vgg16": ("esl/deeplabv2_vgg16_synthia2cs", "oracle/deeplabv2_vgg16_cs_16_classes"),
    "cs2foggy-ssd300": ("advent/ssd300_vgg16_cs2foggy", "oracle/ssd300_vgg16_cs2foggy"),
}


def run_of(folder: Path, leaf: str) -> Path:
    config = Config.fromfile(LEAVES / f"{leaf}.py", import_custom_modules=False)
    config.dump(folder / "config.py")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_its_own_configs_are_of_a_benchmark(name: str, tmp_path: Path) -> None:
    benchmark = paper_benchmark(name)
    for leaf in OF_BENCHMARK[name]:
        benchmark.check_run(run_of(tmp_path, leaf))
    (tmp_path / "config.py").write_text("model = dict(type='Other')")
    benchmark.check_run(tmp_path)


@pytest.mark.parametrize(
    ("leaf", "text"),
    [
        ("advent/deeplabv2_r18_streets", "model.backbone.depth 101, but the config '{}' has 18"),
        (
            "advent/deeplabv2_r101_synthia2cs",
            "train_dataloader.dataset.type GTA5Dataset or RawCityscapesDataset, but the config "
            "'{}' has SYNTHIADataset",
        ),
        (
            "advent/deeplabv2_vgg16_gta2cs",
            "model.backbone.type DeepLabResNet, but the config '{}' has DeepLabVGG",
        ),
    ],
)
def test_other_configs_are_refused(leaf: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        paper_benchmark("gta2cs-r101").check_run(run_of(tmp_path, leaf))
    expected = text.format(tmp_path / "config.py")
    assert str(error.value) == f"GTA5 to Cityscapes, DeepLab-V2 ResNet-101 has {expected}"
