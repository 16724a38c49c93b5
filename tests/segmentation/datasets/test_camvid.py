"""CamVid in the layout of SegNet's tutorial: ids, sequences, and a target without labels."""

import numpy as np
import pytest

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import (
    CamVidDataset,
    GTA5CamVidDataset,
    UnlabelledImagesDataset,
)
from tests.segmentation.datasets.files import LOAD, label_of, one_image

FRAMES = ("0001TP_006690", "0006R0_f00930", "0006R0_f00960", "0016E5_00390")


@pytest.fixture
def root(tmp_path) -> str:
    for number, frame in enumerate(FRAMES):
        ids = np.array([[number, 10, 11]], np.uint8)
        one_image(tmp_path, f"train/{frame}.png", f"trainannot/{frame}.png", ids)
    return str(tmp_path)


def frames(dataset) -> list[str]:
    infos = [dataset.get_data_info(index) for index in range(len(dataset))]
    return [info["img_path"].rpartition("/")[2].partition(".")[0] for info in infos]


def test_ids_are_classes_and_void_is_ignored(root):
    dataset = CamVidDataset(data_root=root, pipeline=LOAD)
    assert frames(dataset) == list(FRAMES)
    assert label_of(dataset, 3).tolist() == [[3, 10, 255]]
    classes, palette = dataset.metainfo["classes"], dataset.metainfo["palette"]
    # label_colours of the tutorial's test_segmentation_camvid.py, without its last, for void.
    assert dict(zip(classes, palette, strict=True)) == {
        "sky": [128, 128, 128],
        "building": [128, 0, 0],
        "pole": [192, 192, 128],
        "road": [128, 64, 128],
        "pavement": [60, 40, 222],
        "tree": [128, 128, 0],
        "sign symbol": [192, 128, 128],
        "fence": [64, 64, 128],
        "car": [64, 0, 128],
        "pedestrian": [64, 64, 0],
        "bicyclist": [0, 128, 192],
    }
    assert dataset.label_table.tolist() == [*range(11), 255]


def test_an_id_beyond_void(root, tmp_path):
    one_image(tmp_path, "val/0016E5_1.png", "valannot/0016E5_1.png", np.array([[12]], np.uint8))
    with pytest.raises(InputError, match=r"holds the id 12, which is not .*known: 0-11"):
        CamVidDataset(data_root=root, split="val", pipeline=LOAD)[0]


@pytest.mark.parametrize(
    ("sequences", "numbers"),
    [(None, [0, 1, 2, 3]), (["0016E5", "0006R0"], [1, 2, 3]), ("0001TP", [0])],
)
def test_sequences_are_chosen_by_the_names_first_part(root, sequences, numbers):
    dataset = CamVidDataset(data_root=root, sequences=sequences, pipeline=LOAD)
    assert frames(dataset) == [FRAMES[number] for number in numbers]


@pytest.mark.parametrize(
    ("sequences", "got"), [(["0006R0", "Seq05VD"], "Seq05VD"), ([], "none"), (["0016"], "0016")]
)
def test_an_unknown_sequence_is_told_the_known_ones(root, sequences, got):
    with pytest.raises(InputError) as error:
        CamVidDataset(data_root=root, sequences=sequences)
    assert str(error.value) == (
        "CamVidDataset.sequences must be among those of the split 'train', "
        f"0001TP, 0006R0, 0016E5, got {got}"
    )


def test_an_unknown_split(root):
    with pytest.raises(InputError) as error:
        CamVidDataset(data_root=root, split="dusk")
    assert str(error.value) == ("CamVidDataset.split must be one of train, val, test, got 'dusk'")


def test_images_may_be_jpegs(tmp_path):
    ids = np.array([[4, 11]], np.uint8)
    one_image(tmp_path, "test/0001TP_1.jpg", "testannot/0001TP_1.png", ids)
    dataset = CamVidDataset(data_root=str(tmp_path), split="test", pipeline=LOAD)
    assert label_of(dataset).tolist() == [[4, 255]]


def test_the_labels_of_other_sequences_are_not_looked_for(root, tmp_path):
    (tmp_path / "trainannot/0001TP_006690.png").unlink()
    day = ["0006R0", "0016E5"]
    assert len(CamVidDataset(data_root=root, sequences=day, pipeline=LOAD)) == 3
    with pytest.raises(InputError, match="1 of 4 images have no label"):
        CamVidDataset(data_root=root)


def test_dusk_as_an_unlabeled_target(root):
    arguments = dict(data_root=root, data_prefix=dict(img_path="train"))
    dataset = UnlabelledImagesDataset(pattern="0001TP_*", pipeline=[LOAD[0], LOAD[2]], **arguments)
    assert frames(dataset) == ["0001TP_006690"]
    assert "gt_sem_seg" not in dataset[0]["data_samples"]


def test_gta5_with_the_classes_of_camvid(tmp_path):
    # Cityscapes' road, sidewalk, building, wall, fence, pole, light, sign, vegetation, terrain,
    # sky, person, rider, car, truck, bus, train, motorcycle, bicycle, and two that do not count.
    ids = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33, 0, 34]
    one_image(tmp_path, "images/1.png", "labels/1.png", np.array([ids], np.uint8))
    dataset = GTA5CamVidDataset(data_root=str(tmp_path), pipeline=LOAD)
    classes = dataset.metainfo["classes"]
    assert classes == CamVidDataset.METAINFO["classes"]
    assert [classes[index] for index in label_of(dataset)[0, :-2]] == [
        "road", "pavement", "building", "building", "fence", "pole", "sign symbol", "sign symbol",
        "tree", "tree", "sky", "pedestrian", "bicyclist", "car", "car", "car", "car", "bicyclist",
        "bicyclist",
    ]  # fmt: skip
    assert label_of(dataset)[0, -2:].tolist() == [255, 255]
