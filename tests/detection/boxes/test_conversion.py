"""Whole splits: interrupted, repeated, and with files that are not as they should be."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmadvent.detection.boxes import Conversion, annotation_file
from mmadvent.errors import InputError
from tests.detection.boxes.files import REGIONS, street, write_image, write_split


def prepare(root: Path, **options) -> Conversion:
    return Conversion.prepare(root, "train", root / annotation_file("train"), **options)


def files(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "annotations").iterdir())


def instance_ids(root: Path, name: str) -> Path:
    return root / "gtFine/train" / name.replace("_leftImg8bit", "_gtFine_instanceIds")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_split(tmp_path: Path, workers: int) -> None:
    names = write_split(tmp_path)
    (tmp_path / "leftImg8bit/train/ulm/notes.png").write_text("another file")
    seen = []
    content = prepare(tmp_path).run(workers, lambda: seen.append(1))
    assert [entry["file_name"] for entry in content["images"]] == names
    assert {(entry["width"], entry["height"]) for entry in content["images"]} == {(12, 10)}
    boxes = [tuple(a["bbox"]) for a in content["annotations"] if a["image_id"] == 1]
    assert boxes == [box for box, _ in REGIONS.values()]
    assert [a["iscrowd"] for a in content["annotations"]] == [1, 0, 0, 0, 0, 0, 1, 0]
    assert content["info"] == dict(
        description="boxes of Cityscapes' train split",
        convention="mmdet",
        empty_images="kept",
        source_images=4,
        source_sha256=content["info"]["source_sha256"],
    )
    assert len(content["info"]["source_sha256"]) == 64
    assert json.loads((tmp_path / annotation_file("train")).read_text()) == content
    assert len(seen) == 4
    assert files(tmp_path) == ["instances_train.json"]


def test_empty_images_dropped(tmp_path: Path) -> None:
    names = write_split(tmp_path)
    content = prepare(tmp_path, keep_empty=False).run(1)
    assert [entry["file_name"] for entry in content["images"]] == [names[0], names[3]]


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    names = write_split(tmp_path)

    def stop() -> None:
        if len(list((tmp_path / "annotations").glob(".*jsonl"))) == 1:
            done.append(1)
        if len(done) == 2:
            raise KeyboardInterrupt

    done: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path).run(1, stop)
    (notes,) = (tmp_path / "annotations").iterdir()
    first, second = notes.read_text().splitlines()
    # The file ends in the middle of a line.
    assert json.loads(second)["name"] == names[1]
    notes.write_text("\n".join([first, second, '{"name": "ulm']))
    # One image is another one since.
    changed = street()
    changed[2:5, 2:5] = 7
    Image.fromarray(changed).save(instance_ids(tmp_path, names[0]), compress_level=1)

    conversion = prepare(tmp_path)
    assert conversion.left == 3
    seen = []
    content = conversion.run(1, lambda: seen.append(1))
    assert len(seen) == 3
    assert [entry["file_name"] for entry in content["images"]] == names
    boxes: dict[int, list] = {1: [], 2: [], 3: [], 4: []}
    for annotation in content["annotations"]:
        boxes[annotation["image_id"]].append(tuple(annotation["bbox"]))
    assert boxes[1] == [box for region_id, (box, _) in REGIONS.items() if region_id != 26000]
    assert boxes[2] == []  # by the note: three were looked at, and the first is among them
    assert boxes[3] == [(1, 1, 1, 1)] and boxes[4] == [(3, 4, 6, 2)]
    assert files(tmp_path) == ["instances_train.json"]


def test_a_finished_split_is_not_converted_again(tmp_path: Path) -> None:
    names = write_split(tmp_path)
    content = prepare(tmp_path).run(1)
    stamp = (tmp_path / annotation_file("train")).stat().st_mtime_ns
    os.utime(instance_ids(tmp_path, names[0]))  # the same contents
    again = prepare(tmp_path)
    assert again.left == 0
    assert again.run(1) == content
    assert (tmp_path / annotation_file("train")).stat().st_mtime_ns == stamp


@pytest.mark.parametrize("change", ["convention", "empty", "images", "ids", "foreign", "damaged"])
def test_other_annotations_are_left_alone(tmp_path: Path, change: str) -> None:
    write_split(tmp_path)
    out = tmp_path / annotation_file("train")
    prepare(tmp_path).run(1)
    options: dict = dict(convention=dict(convention="da_faster"), empty=dict(keep_empty=False))
    if change == "images":
        write_image(tmp_path, "train", "ulm", 9, street())
    if change == "ids":
        write_image(tmp_path, "train", "bonn", 0, street()[::-1].copy())
    if change == "foreign":
        out.write_text("[]")
    if change == "damaged":
        out.write_text(json.dumps(json.loads(out.read_text()) | dict(annotations=[None])))
    before = out.read_bytes()
    with pytest.raises(InputError) as caught:
        prepare(tmp_path, **options.get(change, {}))
    assert str(caught.value) == (
        f"'{out}' already holds annotations of other images, of instance ids that have changed "
        "since, or of another convention; choose another folder or remove it"
    )
    assert out.read_bytes() == before


def refusal(root: Path, **options) -> str:
    """The sentence, with nothing written."""
    before = set(root.rglob("*"))
    with pytest.raises(InputError) as caught:
        prepare(root, **options)
    assert set(root.rglob("*")) == before
    return str(caught.value)


def test_unknown_convention(tmp_path: Path) -> None:
    assert refusal(tmp_path, convention="voc") == (
        "convention must be one of mmdet, da_faster, got 'voc'"
    )


def test_missing_images(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f"Cityscapes: the folder '{tmp_path}/leftImg8bit/train' does not exist; it should hold "
        "Cityscapes' images ('leftImg8bit/<split>/<city>/*_leftImg8bit.png', with instance ids in "
        "'gtFine/', Cordts et al. 2016), unpacked from its publisher's archives"
    )


def test_missing_instance_ids(tmp_path: Path) -> None:
    names = write_split(tmp_path)
    path = instance_ids(tmp_path, names[2])
    path.rename(path.with_name("misnamed.png"))
    assert refusal(tmp_path) == (
        "Cityscapes: 1 of 4 images have no instance ids, the first is "
        f"'{tmp_path}/leftImg8bit/train/{names[2]}', which needs '{path}'"
    )


def test_instance_ids_of_another_size(tmp_path: Path) -> None:
    names = write_split(tmp_path)
    path = instance_ids(tmp_path, names[3])
    Image.fromarray(street()[:, :11]).save(path)
    assert refusal(tmp_path) == (
        f"'{path}' must have the size of '{tmp_path}/leftImg8bit/train/{names[3]}', 12x10, "
        "got 11x10"
    )


def test_instance_ids_in_color(tmp_path: Path) -> None:
    names = write_split(tmp_path)
    path = instance_ids(tmp_path, names[0])
    Image.fromarray(np.zeros((10, 12, 3), np.uint8)).save(path)
    with pytest.raises(InputError) as caught:
        prepare(tmp_path).run(1)
    assert str(caught.value) == (
        f"the instance ids '{path}' must be one id a pixel, got an image of shape (10, 12, 3)"
    )
    assert not (tmp_path / annotation_file("train")).exists()


def test_instance_ids_that_are_cut(tmp_path: Path) -> None:
    ids = np.random.default_rng(0).integers(24000, 33000, (40, 60)).astype(np.uint16)
    path = instance_ids(tmp_path, write_image(tmp_path, "train", "ulm", 0, ids))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputError, match=f"^the instance ids '{path}' cannot be read: "):
        prepare(tmp_path).run(1)
    assert not (tmp_path / annotation_file("train")).exists()


def test_number_of_workers(tmp_path: Path) -> None:
    write_split(tmp_path)
    with pytest.raises(InputError, match="^workers must be 1 or more, got 0$"):
        prepare(tmp_path).run(0)
    assert not (tmp_path / "annotations").exists()
