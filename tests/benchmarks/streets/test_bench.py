import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.streets.bench import Plan, folders, holds, picture_key, render_bench
from benchmarks.streets.classes import COLORS, LABEL_IDS
from benchmarks.streets.domains import GAME_GTA5, REAL
from benchmarks.streets.layouts import BASELINE
from benchmarks.streets.manifest import is_complete
from benchmarks.streets.render import render

PLAN = Plan(
    seed=3, gta5=2, synthia=2, train=4, val=3,
    gta5_size=(96, 54), synthia_size=(96, 57), real_size=(96, 48),
)  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streets")
    counts = render_bench(folder, PLAN, workers=1)
    assert counts == {
        "GTA5": 2, "RAND_CITYSCAPES": 2, "cityscapes": 7, "cityscapes_oracle": 4,
    }  # fmt: skip
    return folder


def _read(path: Path) -> np.ndarray:
    array = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert array is not None, path
    return array


def _names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_gta5_has_the_publishers_files(out: Path) -> None:
    assert _names(out / "GTA5") == [
        "images/00001.png", "images/00002.png", "labels/00001.png", "labels/00002.png",
        "streets.json",
    ]  # fmt: skip
    label = Image.open(out / "GTA5/labels/00001.png")
    assert label.mode == "P" and label.size == (96, 54)
    assert Image.open(out / "GTA5/images/00001.png").mode == "RGB"
    palette = np.array(label.getpalette()[: 34 * 3]).reshape(34, 3)
    assert palette.tolist() == [list(color) for color in COLORS]
    picture = render(GAME_GTA5, 96, 54, picture_key(3, "gta5", 0))
    assert np.array_equal(np.array(label), picture.label)
    assert np.array_equal(np.array(Image.open(out / "GTA5/images/00001.png")), picture.image)


def test_synthia_has_the_publishers_files(out: Path) -> None:
    root = out / "RAND_CITYSCAPES"
    assert _names(root) == [
        "Depth/Depth/0000000.png", "Depth/Depth/0000001.png",
        "GT/LABELS/0000000.png", "GT/LABELS/0000001.png",
        "RGB/0000000.png", "RGB/0000001.png", "streets.json",
    ]  # fmt: skip
    label = _read(root / "GT/LABELS/0000001.png")
    assert label.dtype == np.uint16 and label.shape == (57, 96, 3)
    classes, instances = label[..., 2], label[..., 1]  # OpenCV gives blue first
    assert not label[..., 0].any()
    # No parking slots, road works, terrain, trucks, trains or lane markings.
    assert not {13, 14, 16, 18, 20, 22} & set(np.unique(classes))
    assert {1, 2, 3, 4} <= set(np.unique(classes)) and classes.max() <= 21
    assert set(np.unique(classes[instances > 0])) <= {8, 10, 11, 12, 17, 19}
    depth = _read(root / "Depth/Depth/0000001.png")
    assert depth.dtype == np.uint16 and depth.shape == (57, 96)
    assert depth[classes == 1].min() == 60000 and 0 < depth[classes == 3].max() < 60000


def test_cityscapes_has_the_publishers_files(out: Path) -> None:
    names = _names(out / "cityscapes")
    assert "leftImg8bit/train/alder/alder_000001_000019_leftImg8bit.png" in names
    for part, ending in (
        ("leftImg8bit", "leftImg8bit.png"), ("gtFine", "gtFine_labelIds.png"),
        ("gtFine", "gtFine_instanceIds.png"), ("gtFine", "gtFine_color.png"),
        ("disparity", "disparity.png"), ("camera", "camera.json"),
    ):  # fmt: skip
        assert f"{part}/val/damson/damson_000000_000019_{ending}" in names
    # 7 pictures, 7 disparities, 7 cameras, 3 label triples and the note.
    assert len(names) == 7 * 3 + 3 * 3 + 1


def test_the_train_split_is_unlabeled_but_for_the_oracle(out: Path) -> None:
    assert not (out / "cityscapes/gtFine/train").exists()
    oracle = out / "cityscapes_oracle"
    names = _names(oracle)
    assert sum(name.endswith("_gtFine_labelIds.png") for name in names) == 4
    assert {name.split("/")[1] for name in names if "/" in name} == {"train"}
    picture = "leftImg8bit/train/beech/beech_000000_000019_leftImg8bit.png"
    assert (oracle / picture).read_bytes() == (out / "cityscapes" / picture).read_bytes()


@pytest.fixture(scope="module")
def labeled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    plan = replace(PLAN, gta5=0, synthia=0, labelled_train=True)
    assert render_bench(folder, plan, workers=1) == folders(plan) == {"cityscapes": 7}
    return folder


def test_a_labeled_train_split_is_as_cityscapes_is_unpacked(out: Path, labeled: Path) -> None:
    assert [path.name for path in labeled.iterdir()] == ["cityscapes"]
    names = _names(labeled / "cityscapes")
    for part, ending in (
        ("leftImg8bit", "leftImg8bit.png"), ("gtFine", "gtFine_labelIds.png"),
        ("gtFine", "gtFine_instanceIds.png"), ("gtFine", "gtFine_color.png"),
        ("disparity", "disparity.png"), ("camera", "camera.json"),
    ):  # fmt: skip
        for stem in ("train/cedar/cedar_000000", "val/damson/damson_000000"):
            assert f"{part}/{stem}_000019_{ending}" in names
    assert len(names) == 7 * 6 + 1


def test_labels_change_no_picture(out: Path, labeled: Path) -> None:
    for name in _names(labeled / "cityscapes"):
        if name.endswith((".png", "camera.json")):
            hidden = name.startswith("gtFine/train")
            other = out / ("cityscapes_oracle" if hidden else "cityscapes") / name
            assert (labeled / "cityscapes" / name).read_bytes() == other.read_bytes(), name


def test_the_note_tells_both_kinds_apart(out: Path, labeled: Path) -> None:
    plain = replace(PLAN, gta5=0, synthia=0)
    assert holds(out, plain) and holds(labeled, replace(plain, labelled_train=True))
    for folder, plan in ((labeled, plain), (out, replace(plain, labelled_train=True))):
        with pytest.raises(ValueError) as caught:
            holds(folder, plan)
        assert str(caught.value) == (
            f"{folder / 'cityscapes'} already holds streets rendered with another labelled_train; "
            "choose another folder or remove it"
        )
    note = json.loads((out / "cityscapes/streets.json").read_text())
    assert "labelled_train" not in note  # sets that were rendered before the option stay valid


def test_cityscapes_ground_truth_agrees(out: Path) -> None:
    stem = "val/elder/elder_000000_000019"
    picture = render(REAL, 96, 48, picture_key(3, "val", 1))
    label = _read(out / f"cityscapes/gtFine/{stem}_gtFine_labelIds.png")
    instance = _read(out / f"cityscapes/gtFine/{stem}_gtFine_instanceIds.png")
    assert label.dtype == np.uint8 and np.array_equal(label, picture.label)
    assert instance.dtype == np.uint16 and np.array_equal(instance, picture.instance)
    color = np.array(Image.open(out / f"cityscapes/gtFine/{stem}_gtFine_color.png"))
    assert color.shape == (48, 96, 4)
    assert color[label == LABEL_IDS["road"]].tolist()[0] == [128, 64, 128, 255]


def test_disparity_and_camera_give_the_depth_back(out: Path) -> None:
    stem = "val/elder/elder_000000_000019"
    picture = render(REAL, 96, 48, picture_key(3, "val", 1))
    camera = json.loads((out / f"cityscapes/camera/{stem}_camera.json").read_text())
    code = _read(out / f"cityscapes/disparity/{stem}_disparity.png")
    assert code.dtype == np.uint16
    assert np.all(code[picture.label == LABEL_IDS["sky"]] == 0)
    assert camera["extrinsic"]["baseline"] == BASELINE
    assert set(camera["intrinsic"]) == {"fx", "fy", "u0", "v0"}
    near = (code > 0) & (picture.depth < 30)
    shift = (code[near].astype(float) - 1) / 256
    depth = camera["extrinsic"]["baseline"] * camera["intrinsic"]["fx"] / shift
    assert np.allclose(depth, picture.depth[near], rtol=0.01)


def test_the_number_of_workers_and_pictures_changes_no_picture(out: Path, tmp_path: Path) -> None:
    fewer = Plan(seed=3, gta5=1, val=1, gta5_size=(96, 54), real_size=(96, 48))
    render_bench(tmp_path, fewer, workers=2)
    for name in _names(tmp_path):
        if name.endswith(".png"):
            assert (tmp_path / name).read_bytes() == (out / name).read_bytes(), name


def test_a_rerun_writes_the_same_bytes(out: Path) -> None:
    before = {name: (out / name).read_bytes() for name in _names(out)}
    (out / "GTA5/images/00002.png").unlink()
    render_bench(out, PLAN, workers=1)
    assert {name: (out / name).read_bytes() for name in _names(out)} == before


def test_a_folder_holds_a_plan_or_another(out: Path, tmp_path: Path) -> None:
    assert holds(out, PLAN)
    assert not holds(tmp_path, PLAN)
    with pytest.raises(ValueError, match="already holds streets rendered with another seed"):
        holds(out, replace(PLAN, seed=4))


def test_a_set_is_complete_only_when_all_of_it_is_written(tmp_path: Path) -> None:
    plan = Plan(gta5=2, gta5_size=(64, 36))

    def stop(number: int) -> None:
        assert not is_complete(tmp_path / "GTA5")
        if number == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_bench(tmp_path, plan, 1, stop)
    assert not is_complete(tmp_path / "GTA5")
    render_bench(tmp_path, plan, 1)
    assert is_complete(tmp_path / "GTA5")


def test_another_set_in_the_folder_is_left_alone(out: Path) -> None:
    with pytest.raises(ValueError) as caught:
        render_bench(out, Plan(seed=4, gta5=2, gta5_size=(64, 36)), 1)
    assert str(caught.value) == (
        f"{out / 'GTA5'} already holds streets rendered with another seed and size; "
        "choose another folder or remove it"
    )


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cityscapes").mkdir()
    (tmp_path / "cityscapes/mine.txt").write_text("mine")
    with pytest.raises(ValueError) as caught:
        render_bench(tmp_path, Plan(gta5=1, val=1), 1)
    assert str(caught.value) == (
        f"{tmp_path / 'cityscapes'} must be empty or hold rendered streets, found other files"
    )
    assert _names(tmp_path) == ["cityscapes/mine.txt"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"gta5": -1}, "gta5 must be 0 or more, got -1"),
        ({"seed": -2, "gta5": 1}, "seed must be 0 or more, got -2"),
        ({}, "nothing to render: gta5, synthia, train and val are all 0"),
        (
            {"val": 1, "labelled_train": True},
            "labelled_train needs train pictures, got train = 0",
        ),
        ({"val": 1, "gap": float("nan")}, "gap must lie in [0, 10], got nan"),
        ({"val": 1, "gap_from": "doom"}, "gap_from must be one of ['gta5', 'synthia'], got 'doom'"),
        (
            {"val": 1, "real_size": (8, 64)},
            "real_size must lie between 32x32 and 8192x8192, got 8x64",
        ),
    ],
)
def test_plans_that_make_no_sense_are_refused(wrong: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError) as caught:
        Plan(**wrong)  # type: ignore[arg-type]
    assert str(caught.value) == text


def test_workers_must_be_positive(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as caught:
        render_bench(tmp_path, Plan(gta5=1), 0)
    assert str(caught.value) == "workers must be 1 or more, got 0"


def test_the_gap_is_measured_from_the_game_that_is_named() -> None:
    assert Plan(val=1, gap=0.0).real_style == GAME_GTA5
    assert Plan(val=1, gap=1.0, gap_from="synthia").real_style == REAL
    assert folders(Plan(train=2)) == {"cityscapes": 2, "cityscapes_oracle": 2}
