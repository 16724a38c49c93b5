"""The class prior of a data set against a count pixel by pixel."""

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from mmengine.config import Config
from PIL import Image

from benchmarks.streets.bench import Plan, render_bench
from mmadvent.errors import InputError
from mmadvent.models.class_shares import load_class_shares
from mmadvent.segmentation.class_counts import ClassCounts
from mmadvent.segmentation.datasets import GTA5Dataset
from tests.segmentation.datasets.files import LOAD, one_image

IDS = {"a": [[7, 7, 8], [0, 255, 26]], "b": [[7, 34, 26], [26, 26, 23]]}


def gta5(root: Path) -> GTA5Dataset:
    for name, ids in IDS.items():
        array = np.array(ids, dtype=np.uint8)
        one_image(root, f"images/{name}.png", f"labels/{name}.png", array)
    return GTA5Dataset(data_root=str(root), pipeline=list(LOAD))


def test_shares_by_hand(tmp_path: Path) -> None:
    out = tmp_path / "prior.json"
    counts = ClassCounts(gta5(tmp_path), dict(type="LoadLabelIds"), out)
    assert counts.left == 2
    seen: list[int] = []
    content = counts.run(1, lambda: seen.append(1))
    assert len(seen) == 2
    shares = dict(zip(content["classes"], content["prior"], strict=True))
    assert {name: share for name, share in shares.items() if share} == {
        "road": 3 / 9, "sidewalk": 1 / 9, "sky": 1 / 9, "car": 4 / 9
    }  # fmt: skip
    assert sum(content["pixels"]) == 9 and content["images"] == 2
    assert load_class_shares(out) == tuple(content["prior"])
    assert json.loads(out.read_text()) == content
    # Complete: nothing is counted again.
    assert counts.left == 0 and counts.run(1, lambda: seen.append(1)) == content and len(seen) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["prior.json"]


def test_an_interrupted_count_goes_on(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    counts = ClassCounts(gta5(tmp_path), dict(type="LoadLabelIds"), tmp_path / "prior.json")
    with pytest.raises(KeyboardInterrupt):
        counts.run(1, stop)
    assert counts.left == 1 and not (tmp_path / "prior.json").exists()
    assert sum(counts.run(1)["pixels"]) == 9


def test_rendered_synthia_equals_a_brute_force_count(tmp_path: Path) -> None:
    plan = Plan(seed=3, synthia=3, synthia_size=(128, 76))
    render_bench(tmp_path, plan, workers=1)
    root = Path(__file__).resolve().parents[2]
    config = Config.fromfile(root / "configs/source_only/deeplabv2_r18_streets_synthia.py")
    config.train_dataloader.dataset.data_root = str(tmp_path / "RAND_CITYSCAPES")
    found = ClassCounts.of_source(config, tmp_path / "prior.json").run(2)
    # SYNTHIA's own ids of the 16 classes, from the list that its publisher gives.
    numbers = (3, 4, 2, 21, 5, 7, 15, 9, 6, 1, 10, 17, 8, 19, 12, 11)
    ids = dict(zip(found["classes"], numbers, strict=True))
    pixels = dict.fromkeys(ids, 0)
    for path in (tmp_path / "RAND_CITYSCAPES/GT/LABELS").iterdir():
        red = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., 2]
        for name, raw in ids.items():
            pixels[name] += int((red == raw).sum())
    assert found["pixels"] == list(pixels.values())
    pipeline = config.train_dataloader.dataset.pipeline
    (labels,) = (step for step in pipeline if step.type == "LoadLabelIds")
    labels.type = "mmseg.LoadLabelIds"  # as OpenMMLab names a scope
    again = ClassCounts.of_source(config, tmp_path / "again.json").run(2)
    assert again["pixels"] == found["pixels"]
    assert found["prior"] == pytest.approx([n / sum(pixels.values()) for n in pixels.values()])


def test_another_file_in_its_place_is_kept(tmp_path: Path) -> None:
    dataset = gta5(tmp_path)
    out = tmp_path / "prior.json"
    known = dict(classes=list(dataset.metainfo["classes"]), images=2)
    texts = ["not JSON", '{"classes": ["road"], "images": 2}', "null", "[" * 100000]
    for change in ({}, dict(prior=None, pixels=None), dict(pixels=[1.5] * 19, labels="")):
        texts.append(json.dumps(known | change))
    for text in texts:
        out.write_text(text)
        with pytest.raises(InputError) as error:
            ClassCounts(dataset, dict(type="LoadLabelIds"), out).run(1)
        assert str(error.value) == (
            f"'{out}' already holds something else than the prior of these 2 images and 19 "
            "classes; choose another file or remove it"
        )
        assert out.read_text() == text


def test_a_prior_of_labels_that_have_changed_is_not_kept(tmp_path: Path) -> None:
    dataset, out = gta5(tmp_path), tmp_path / "prior.json"
    read = dict(type="LoadLabelIds")
    ClassCounts(dataset, read, out).run(1)
    before = out.read_text()
    label = tmp_path / "labels/a.png"
    status, pixels = label.stat(), np.asarray(Image.open(label)).copy()
    pixels[0, 0] = 8  # was 7
    Image.fromarray(pixels).save(label)
    os.utime(label, ns=(status.st_atime_ns, status.st_mtime_ns))
    changed = (
        f"'{out}' already holds the prior of these 2 images from before their labels, or how they "
        "are read, changed; choose another file or remove it"
    )
    for other in (ClassCounts(dataset, read, out), ClassCounts(dataset, read | dict(a=1), out)):
        for ask in (lambda: other.left, lambda: other.run(1)):  # noqa: B023
            with pytest.raises(InputError) as error:
                ask()
            assert str(error.value) == changed
    assert out.read_text() == before


def test_notes_of_other_classes_are_not_mixed_in(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    out, read = tmp_path / "prior.json", dict(type="LoadLabelIds")
    with pytest.raises(KeyboardInterrupt):
        ClassCounts(gta5(tmp_path), read, out).run(1, stop)
    swapped = dict(classes=("car", "road", "sidewalk", "sky"))
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=list(LOAD), metainfo=swapped)
    counts = ClassCounts(dataset, read, out)
    assert counts.left == 2
    assert counts.run(1)["pixels"] == [4, 3, 1, 1]


def test_labels_without_a_class(tmp_path: Path) -> None:
    one_image(tmp_path, "images/a.png", "labels/a.png", np.zeros((4, 6), np.uint8))
    dataset = GTA5Dataset(data_root=str(tmp_path), pipeline=list(LOAD))
    with pytest.raises(InputError) as error:
        ClassCounts(dataset, dict(type="LoadLabelIds"), tmp_path / "prior.json").run(1)
    assert str(error.value) == "none of the 1 labels holds a pixel of a class"


def test_a_config_without_a_source(tmp_path: Path) -> None:
    no_type = dict(dataset=dict(type="GTA5Dataset", data_root=str(tmp_path), pipeline=[3]))
    for settings, sentence in (
        ({}, "train_dataloader must be a dict, got none"),
        (dict(train_dataloader={}), "train_dataloader.dataset must be a dict, got none"),
        (
            dict(train_dataloader=no_type),
            "train_dataloader.dataset.pipeline must be a list of dicts with a type, got [3]",
        ),
    ):
        with pytest.raises(InputError) as error:
            ClassCounts.of_source(Config(settings), tmp_path / "prior.json")
        assert str(error.value) == sentence


def test_a_data_set_without_label_ids(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    dataset = dict(type="UnlabelledImagesDataset", data_root=str(tmp_path), pipeline=[])
    config = Config(dict(train_dataloader=dict(dataset=dataset)))
    with pytest.raises(InputError) as error:
        ClassCounts.of_source(config, tmp_path / "prior.json")
    assert str(error.value) == (
        "train_dataloader.dataset must be a LabelIdDataset, or one of its kind such as GTA5Dataset "
        "or SYNTHIADataset, got UnlabelledImagesDataset"
    )


def test_labels_that_another_step_loads(tmp_path: Path) -> None:
    for folder in ("images", "labels"):
        (tmp_path / folder).mkdir()
        Image.new("L", (4, 4)).save(tmp_path / folder / "a.png")
    steps = [dict(type="LoadImageFromFile"), dict(type="mmseg.LoadAnnotations")]
    own = dict(type="LabelIdDataset", data_root=str(tmp_path), metainfo=dict(classes=("a", "b")))
    for pipeline, got in ((steps, "LoadImageFromFile, LoadAnnotations"), ([], "no step")):
        config = Config(dict(train_dataloader=dict(dataset=dict(own, pipeline=pipeline))))
        with pytest.raises(InputError) as error:
            ClassCounts.of_source(config, tmp_path / "prior.json")
        assert str(error.value) == (
            "train_dataloader.dataset.pipeline must load labels by LoadLabelIds, got " + got
        )
