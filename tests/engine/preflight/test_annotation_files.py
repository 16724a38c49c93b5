"""COCO files of plain mmdet data sets, looked at before mmdet does."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mmengine.registry import init_default_scope
from PIL import Image

import mmadvent.detection  # noqa: F401  (registers the parts)
from mmadvent.engine.preflight.annotation_files import check_annotation_files
from mmadvent.errors import InputError


@pytest.fixture(autouse=True)
def mmdet() -> Iterator[None]:
    init_default_scope("mmdet")
    yield
    init_default_scope("mmseg")


def write(root: Path, **changes: Any) -> Path:
    """Two images with a crate and a plank each; ``changes`` are of the second annotation."""
    content: dict = dict(
        images=[dict(id=i, file_name=f"{i}.png", width=40, height=30) for i in (1, 2)],
        annotations=[
            dict(id=2 * i + c, image_id=i, category_id=c, bbox=[4, 5, 6, 7], area=42, iscrowd=0)
            for i in (1, 2)
            for c in (1, 2)
        ],
        categories=[dict(id=1, name="crate"), dict(id=2, name="plank")],
    )
    content["annotations"][1].update(changes)
    for image in content["images"]:
        Image.new("RGB", (40, 30)).save(root / image["file_name"])
    path = root / "boxes.json"
    path.write_text(json.dumps(content))
    return path


def dataset(root: Path, classes: tuple[str, ...] = ("crate", "plank"), **more: Any) -> dict:
    settings = dict(
        type="CocoDataset", data_root=str(root), ann_file="boxes.json", data_prefix=dict(img="")
    )
    return settings | dict(metainfo=dict(classes=classes), pipeline=[]) | more


def refusal(config: dict, **options: Any) -> str:
    with pytest.raises(InputError) as error:
        check_annotation_files(config, **options)
    return str(error.value)


def test_good_files_pass_in_silence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path)
    check_annotation_files(dataset(tmp_path))
    check_annotation_files(dataset(tmp_path, ("plank",), type="CityscapesDataset"))
    assert "CocoDataset" not in caplog.text


@pytest.mark.parametrize("classes", [("boxes", "planks"), ("plank", "crate")])
@pytest.mark.parametrize("test_mode", [True, False])
def test_classes(tmp_path: Path, classes: tuple[str, ...], test_mode: bool) -> None:
    path = write(tmp_path)
    config = dataset(tmp_path, classes, test_mode=test_mode)
    sentence = (
        f"CocoDataset: '{path}' must have the classes {', '.join(classes)}, in this order, got "
        "crate, plank"
    )
    assert refusal(config) == sentence
    # And so of data sets inside of others.
    assert refusal(dict(type="RepeatDataset", times=2, dataset=config)) == sentence
    good = dataset(tmp_path)
    assert refusal(dict(type="ConcatDataset", datasets=[good, config])) == sentence
    check_annotation_files(config, labeled=False)


def test_what_mmdet_leaves_out_is_counted_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    monkeypatch.setattr(
        "mmadvent.engine.preflight.annotation_files.print_log",
        lambda *arguments: said.append(arguments),
    )
    path = write(tmp_path, bbox=[4, 5, 0.5, 7])
    check_annotation_files(dataset(tmp_path))
    assert said == [
        (
            f"CocoDataset: of the 4 boxes of '{path}' are left out 1 under a pixel (the first is "
            "annotation 4)",
            "current",
            logging.WARNING,
        )
    ]


def test_the_target_needs_images_alone(tmp_path: Path) -> None:
    path = write(tmp_path)
    content = json.loads(path.read_text())
    del content["annotations"]
    path.write_text(json.dumps(content))
    assert "no list 'annotations'" in refusal(dataset(tmp_path))
    check_annotation_files(dataset(tmp_path), labeled=False)
    check_annotation_files(dataset(tmp_path, test_mode=True))  # a test without labels


def test_images_that_are_missing(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "2.png").unlink()
    assert refusal(dataset(tmp_path)) == (
        f"CocoDataset: 1 of 2 images of '{path}' do not exist, the first is '{tmp_path}/2.png'"
    )
    path.write_text('{"images": [], "annotations": [], "categories": []}')
    assert refusal(dataset(tmp_path), labeled=False) == (
        f"CocoDataset: 0 of 0 images of '{path}' do not exist, the file names none"
    )


def test_the_folder_of_the_images_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    assert refusal(dataset(tmp_path, data_prefix=dict(img_path=""))) == (
        "CocoDataset.data_prefix must name the folder of the images as dict(img='...'), got "
        "img_path"
    )


@pytest.mark.parametrize("kind", ["UnlabelledImagesDataset", "CocoPanopticDataset", "Unknown"])
def test_other_data_sets_are_left_alone(kind: str) -> None:
    check_annotation_files(dict(type=kind, data_root="nowhere"))
