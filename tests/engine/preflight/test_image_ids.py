"""COCO's metric and the images that it puts together or leaves out."""

import json
from pathlib import Path
from typing import Any

import pytest

from mmadvent.engine.preflight.image_ids import check_image_ids
from mmadvent.errors import InputError

CLASSES = ("crate", "plank")


class Images:
    metainfo = dict(classes=CLASSES)

    def __init__(self, **names: int) -> None:
        self.infos = [dict(img_id=i, img_path=f"test/{name}.png") for name, i in names.items()]

    def __len__(self) -> int:
        return len(self.infos)

    def get_data_info(self, index: int) -> dict:
        return self.infos[index]


def refusal(dataset: Any, **metric: Any) -> str:
    with pytest.raises(InputError) as error:
        check_image_ids([dict(type="CocoMetric", **metric)], "val_evaluator", dataset)
    return str(error.value)


@pytest.fixture
def file(tmp_path: Path) -> str:
    images = [dict(id=i, file_name=f"x/{name}.png", width=9, height=9) for name, i in NAMES.items()]
    categories = [dict(id=i, name=name) for i, name in enumerate(CLASSES)]
    content = dict(images=images, categories=categories, annotations=[])
    (tmp_path / "boxes.json").write_text(json.dumps(content))
    return str(tmp_path / "boxes.json")


NAMES = dict(a=1, b=2)


def test_two_images_of_one_id() -> None:
    assert refusal(Images(a=1, b=2, c=1)) == (
        "val_evaluator has CocoMetric, which tells images by their ids, but 'test/a.png' and "
        "'test/c.png' have the id 1: test one annotation file at a time"
    )
    check_image_ids([dict(type="ClassAPMetric")], "val_evaluator", Images(a=1, b=1))
    check_image_ids([dict(type="CocoMetric")], "val_evaluator", Images(a=1, b=2))
    check_image_ids([dict(type="CocoMetric")], "val_evaluator", object())


def test_the_file_of_the_metric(file: str) -> None:
    for dataset in (Images(**NAMES), Images(a_foggy_beta_0=1, b_foggy_beta_0=2)):
        metric = dict(type="mmdet.CocoMetric", ann_file=file)
        check_image_ids([metric], "val_evaluator", dataset)
    begins = "val_evaluator's CocoMetric.ann_file must have the images of Images, but "
    assert refusal(Images(b=1, a=2), ann_file=file) == (
        f"{begins}1 is 'x/a.png' in '{file}' and 'test/b.png' in the data set: leave ann_file out"
    )
    assert refusal(Images(a=1), ann_file=file) == (
        f"{begins}2 is 'x/b.png' in '{file}' and 'none' in the data set: leave ann_file out"
    )
    assert refusal(Images(a=1, b=2, c=3), ann_file=file) == (
        f"{begins}3 is 'none' in '{file}' and 'test/c.png' in the data set: leave ann_file out"
    )
    written = dict(type="CocoMetric", ann_file=file, format_only=True, outfile_prefix="o")
    check_image_ids([written], "val_evaluator", Images(a=1))


def test_its_classes(file: str) -> None:
    dataset: Any = Images(**NAMES)
    dataset.metainfo = dict(classes=CLASSES[::-1])
    assert refusal(dataset, ann_file=file) == (
        f"val_evaluator's CocoMetric: '{file}' must have the classes plank, crate, in this order, "
        "got crate, plank"
    )
