"""Folders of images and labels: what is refused in one sentence, and data of one's own."""

import inspect

import numpy as np
import pytest
from mmseg.datasets import BaseSegDataset

from mmadvent.segmentation.datasets import (
    GTA5Dataset,
    LabelIdDataset,
    RawCityscapesDataset,
    SYNTHIADataset,
    UnlabelledImagesDataset,
    label_id_dataset,
    unlabeled_images,
)
from tests.segmentation.datasets.files import LOAD, cut, label_of, one_image, sentence

BACKENDS = ("kornia_rs", "cv2", "pillow")
ROAD = np.full((40, 60), 7, np.uint8)


@pytest.mark.parametrize(
    ("dataset", "folder", "holds"),
    [
        (GTA5Dataset, "images", ["images/", "labels/", "Playing for Data", "publisher"]),
        (SYNTHIADataset, "RGB", ["RGB/", "GT/LABELS/", "SYNTHIA-RAND-CITYSCAPES", "publisher"]),
        (RawCityscapesDataset, "leftImg8bit/val", ["leftImg8bit", "gtFine", "Cordts", "publisher"]),
        (UnlabelledImagesDataset, "", ["unlabelled images of the target"]),
    ],
)
def test_missing_root_names_the_folder_and_what_belongs_there(tmp_path, dataset, folder, holds):
    root = tmp_path / "nowhere"
    text = sentence(lambda: dataset(data_root=str(root)))
    path = str(root / folder) + ("" if folder else "/")
    assert f"{dataset.__name__}: the folder '{path.rstrip('/')}" in text
    assert "does not exist; it should hold " in text
    assert all(part in text for part in holds)


@pytest.mark.parametrize("dataset", [GTA5Dataset, UnlabelledImagesDataset])
def test_empty_split(tmp_path, dataset):
    (tmp_path / "images").mkdir()
    (tmp_path / "images/notes.txt").touch()
    text = sentence(lambda: dataset(data_root=str(tmp_path)))
    folder = tmp_path / "images" if dataset is GTA5Dataset else tmp_path
    assert f"{dataset.__name__}: the split '{folder}" in text
    assert "is empty: no file there ends in .png" in text


def test_image_without_label(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    one_image(tmp_path, "images/2.png")
    text = sentence(lambda: GTA5Dataset(data_root=str(tmp_path)))
    assert text == (
        "GTA5Dataset: 1 of 2 images have no label, the first is "
        f"'{tmp_path}/images/2.png', which needs '{tmp_path}/labels/2.png'"
    )


def test_missing_label_folder(tmp_path):
    one_image(tmp_path, "images/1.png")
    assert "1 of 1 images have no label" in sentence(lambda: GTA5Dataset(data_root=str(tmp_path)))


def test_cut_image(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    cut(tmp_path / "images/1.png")
    for backend in BACKENDS:
        pipeline = [dict(LOAD[0], imdecode_backend=backend), *LOAD[1:]]
        labeled = GTA5Dataset(data_root=str(tmp_path), pipeline=pipeline)
        bare = UnlabelledImagesDataset(
            data_root=str(tmp_path / "images"), pipeline=[pipeline[0], LOAD[2]]
        )
        for dataset in (labeled, bare):
            text = sentence(lambda dataset=dataset: dataset[0])
            assert text.startswith(f"the image '{tmp_path}/images/1.png' cannot be read: "), backend


def test_own_data_without_classes(tmp_path):
    one_image(tmp_path, "images/1.png", "labels/1.png", ROAD)
    text = sentence(lambda: LabelIdDataset(data_root=str(tmp_path)))
    expected = "LabelIdDataset: metainfo.classes must be the names of the classes, got none"
    assert text == expected


def test_own_data_are_indices_of_its_classes(tmp_path):
    ids = np.array([[0, 2, 255]], np.uint8)
    one_image(tmp_path, "images/sub/a.jpg", "labels/sub/a.png", ids)
    metainfo = dict(classes=("grass", "sand", "water"))
    dataset = LabelIdDataset(data_root=str(tmp_path), metainfo=metainfo, pipeline=LOAD)
    assert label_of(dataset).tolist() == [[0, 2, 255]]


def test_own_table(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", np.array([[40, 1000, 7]], np.uint16))
    dataset = LabelIdDataset(
        data_root=str(tmp_path),
        metainfo=dict(classes=("grass", "sand")),
        label_ids={40: 1, 1000: 0, 7: 255},
        pipeline=LOAD,
    )
    assert label_of(dataset).tolist() == [[1, 0, 255]]


OWN = dict(metainfo=dict(classes=("grass", "sand")))


def refusal(root, kind=LabelIdDataset, **arguments) -> str:
    return sentence(lambda: kind(data_root=str(root), **arguments))


def test_a_split_list_chooses_the_images(tmp_path):
    for name in ("a", "b/c", "d"):
        one_image(tmp_path, f"images/{name}.png", f"labels/{name}.png", np.zeros((4, 6), np.uint8))
    (tmp_path / "train.txt").write_text("d\nb/c\n")
    dataset = LabelIdDataset(data_root=str(tmp_path), ann_file="train.txt", **OWN)
    found = [dataset.get_data_info(index)["seg_map_path"] for index in range(len(dataset))]
    assert found == [f"{tmp_path}/labels/d.png", f"{tmp_path}/labels/b/c.png"]
    # Those that are not in the list need no label.
    (tmp_path / "labels/a.png").unlink()
    assert len(LabelIdDataset(data_root=str(tmp_path), ann_file="train.txt", **OWN)) == 2
    assert "none.txt' cannot be read" in refusal(tmp_path, ann_file="none.txt", **OWN)


def test_id_zero_may_be_void(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", np.array([[0, 1, 2, 255]], np.uint8))
    dataset = LabelIdDataset(data_root=str(tmp_path), reduce_zero_label=True, pipeline=LOAD, **OWN)
    assert label_of(dataset).tolist() == [[255, 0, 1, 255]]
    text = refusal(tmp_path, label_ids={0: 0}, reduce_zero_label=True, **OWN)
    assert text.startswith("LabelIdDataset: reduce_zero_label=True goes with ids that are class")
    assert "the table of ids says" in refusal(tmp_path, GTA5Dataset, reduce_zero_label=True)


def test_some_of_a_subclass_s_classes_keep_their_indices(tmp_path):
    class Own(LabelIdDataset):
        METAINFO = dict(classes=("grass", "sand", "water"))

    one_image(tmp_path, "images/a.png", "labels/a.png", np.array([[0, 1, 2]], np.uint8))
    some = Own(data_root=str(tmp_path), metainfo=dict(classes=("water",)), pipeline=LOAD)
    assert label_of(some).tolist() == [[255, 255, 0]]
    assert refusal(tmp_path, Own, metainfo=dict(classes=("water", "ice"))) == (
        "Own: metainfo.classes must be among grass, sand, water, got 'ice'"
    )


@pytest.mark.parametrize(
    ("ids", "told"),
    [({0: 2}, "0: 2"), ({0: -1}, "0: -1"), ({-1: 0}, "-1: 0"), ({2**16: 0}, "65536: 0"),
     ({"0": 0}, "'0': 0"), ({0: 1.0}, "0: 1.0")],
)  # fmt: skip
def test_a_table_out_of_range(tmp_path, ids, told):
    one_image(tmp_path, "images/a.png", "labels/a.png", np.zeros((4, 6), np.uint8))
    assert refusal(tmp_path, label_ids=ids, **OWN) == (
        "LabelIdDataset.label_ids must lead from ids, 0-65535, to the indices of 2 classes, 0-1, "
        f"or 255, got {told}"
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (dict(filter_cfg=dict(min_size=3)), ".filter_cfg has no effect and must be left out"),
        (dict(backend_args=dict(backend="petrel")), ".backend_args has no effect"),
        (dict(ignore_index=254), ".ignore_index must be 255"),
        (dict(data_prefix=dict(img="a")), ".data_prefix must have img_path and seg_map_path, got"),
        (dict(metainfo=dict(classes=("a", "a"))), ": metainfo.classes must name each class once"),
        (dict(metainfo=dict(classes=[f"{n}" for n in range(256)])), ": metainfo.classes must be"),
    ],
)
def test_what_would_have_no_effect_is_refused(tmp_path, arguments, text):
    one_image(tmp_path, "images/a.png", "labels/a.png", np.zeros((4, 6), np.uint8))
    assert refusal(tmp_path, **(OWN | arguments)).startswith(f"LabelIdDataset{text}")


def test_every_argument_of_upstream_is_known_here():
    """A new one has to be honoured or refused."""
    honoured = {
        "ann_file", "img_suffix", "seg_map_suffix", "metainfo", "data_root", "data_prefix",
        "indices", "serialize_data", "pipeline", "test_mode", "lazy_init", "max_refetch",
        "reduce_zero_label",
    }  # fmt: skip
    upstream = set(inspect.signature(BaseSegDataset).parameters)
    assert upstream == honoured | {"ignore_index"} | set(label_id_dataset.REFUSED)
    of_labels = {"img_suffix", "seg_map_suffix", "reduce_zero_label"}
    # Without labels there is nothing to ignore.
    assert upstream == (honoured - of_labels) | {"ignore_index"} | set(unlabeled_images.REFUSED)


def test_classes_are_looked_for_until_all_are_seen(tmp_path):
    for index in range(6):
        ids = np.full((4, 6), 1 if index == 2 else 0, np.uint8)
        one_image(tmp_path, f"images/{index}.png", f"labels/{index}.png", ids)
    dataset = LabelIdDataset(data_root=str(tmp_path), pipeline=LOAD, **OWN)
    assert dataset.classes_in_labels(100) == ([48, 24], 3)
    assert dataset.classes_in_labels(2) == ([48, 0], 2)  # the first and the fourth
    assert LabelIdDataset(data_root=str(tmp_path), **OWN).classes_in_labels(100) == ([0, 0], 0)


def test_labels_of_a_table_are_loaded_by_what_knows_it(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", ROAD)
    steps = [LOAD[0], dict(type="LoadAnnotations"), LOAD[2]]
    assert sentence(lambda: GTA5Dataset(data_root=str(tmp_path), pipeline=steps)) == (
        "GTA5Dataset: its pipeline must load labels by LoadLabelIds, which knows the table of ids, "
        "got LoadAnnotations"
    )
    plain = dict(data_root=str(tmp_path), metainfo=dict(classes=list("abcdefgh")))
    sample = LabelIdDataset(**plain, pipeline=steps)[0]["data_samples"]
    assert (sample.gt_sem_seg.data == 7).all()
