"""Metrics that need labels, where there are none."""

from typing import Any

import pytest
import torch
from mmdet.structures import DetDataSample
from mmengine.config import Config
from mmengine.structures import InstanceData, PixelData
from mmseg.evaluation import IoUMetric
from mmseg.structures import SegDataSample

from mmadvent.engine.preflight.labels_of_metrics import check_labeled, match_metrics
from mmadvent.errors import InputError

ENTROPY, IOU = dict(type="MeanEntropyMetric"), dict(type="ClassIoUMetric")
BARE = dict(data_samples=SegDataSample())


class Images:
    ignore_index: int


def test_labels_serve_every_metric() -> None:
    labeled, boxed = SegDataSample(), SegDataSample()
    labeled.gt_sem_seg = PixelData()
    boxed.set_field(InstanceData(bboxes=[]), "gt_instances")
    for sample in (labeled, boxed, [labeled, labeled]):
        config = Config(dict(val_evaluator=[ENTROPY, IOU]))
        match_metrics(config, "val_evaluator", dict(data_samples=sample), Images())
        assert config.val_evaluator == [ENTROPY, IOU]


def test_an_iou_ignores_what_its_data_set_ignores() -> None:
    labeled = SegDataSample()
    labeled.gt_sem_seg = PixelData()
    images, sample = Images(), dict(data_samples=labeled)
    for own, metric in ((255, IOU), (254, IOU | dict(ignore_index=254)), (254, ENTROPY)):
        images.ignore_index = own
        match_metrics(Config(dict(val_evaluator=metric)), "val_evaluator", sample, images)
    with pytest.raises(InputError) as error:
        match_metrics(Config(dict(val_evaluator=[ENTROPY, IOU])), "val_evaluator", sample, images)
    assert str(error.value) == (
        "val_evaluator must have ClassIoUMetric.ignore_index of Images, 254, got 255"
    )


@pytest.mark.parametrize("key", ["val_evaluator", "test_evaluator"])
def test_they_are_refused_without_labels(key: str) -> None:
    evaluators: tuple[Any, ...] = ([ENTROPY, IOU], IOU)
    for evaluator in evaluators:
        with pytest.raises(InputError) as error:
            match_metrics(Config({key: evaluator}), key, BARE, Images())
        assert str(error.value) == (
            f"{key} has ClassIoUMetric, which needs labels, but Images has none: keep metrics such "
            "as MeanEntropyMetric, InformationMaximisationMetric and "
            "SoftNeighbourhoodDensityMetric only, or, to write predictions, test with --out"
        )
    alone = Config({key: [ENTROPY]})
    match_metrics(alone, key, BARE, Images())
    assert alone[key] == [ENTROPY]


@pytest.mark.parametrize("kind", ["mmseg.IoUMetric", IoUMetric])
def test_however_their_type_is_written(kind: Any) -> None:
    config = Config(dict(val_evaluator=[ENTROPY, dict(type=kind)]))
    with pytest.raises(InputError, match=r"^val_evaluator has IoUMetric, which needs labels, but "):
        match_metrics(config, "val_evaluator", BARE, Images())
    hook = dict(type="mmengine.LabelMapHook", out_dir="o")
    config = Config(dict(custom_hooks=[hook], test_evaluator=[dict(type=kind), ENTROPY]))
    match_metrics(config, "test_evaluator", BARE, Images())
    assert config.test_evaluator == [ENTROPY]


def test_a_test_that_writes_predictions_leaves_them_out() -> None:
    hook, dump = dict(type="LabelMapHook", out_dir="o"), dict(type="DumpDetResults")
    config = Config(dict(custom_hooks=[hook], test_evaluator=[IOU, ENTROPY]))
    match_metrics(config, "test_evaluator", BARE, Images())
    assert config.test_evaluator == [ENTROPY]
    found = SegDataSample()
    found.set_field(InstanceData(), "gt_instances")  # mmdet's, without annotations
    config = Config(dict(test_evaluator=[dict(type="ClassAPMetric"), dump]))
    match_metrics(config, "test_evaluator", dict(data_samples=found), Images())
    assert config.test_evaluator == [dump]


def test_what_needs_labels_itself() -> None:
    labeled = SegDataSample()
    labeled.gt_sem_seg = PixelData()
    check_labeled(Images(), dict(data_samples=labeled), "test_dataloader", "a sheet")
    with pytest.raises(InputError) as error:
        check_labeled(Images(), BARE, "test_dataloader", "a sheet")
    assert str(error.value) == (
        "a sheet needs labels, but Images of test_dataloader has none after its pipeline"
    )


def test_a_metric_with_a_file_of_its_own_needs_no_labels() -> None:
    config = Config(dict(val_evaluator=dict(type="CocoMetric", ann_file="a.json")))
    match_metrics(config, "val_evaluator", BARE, Images())


class Boxed:
    """Two images, the second one with a box; the pipeline scales it by ``factor``."""

    def __init__(self, factor: float = 1.0, boxes: int = 1) -> None:
        self.factor = factor
        self.instances = [dict(bbox=[1.0, 2.0, 9.0, 8.0], ignore_flag=0)] * boxes

    def __len__(self) -> int:
        return 2

    def get_data_info(self, index: int) -> dict:
        instances = self.instances if index else []
        return dict(img_id=index, img_path=f"{index}.png", instances=instances)

    def __getitem__(self, index: int) -> dict:
        read = [instance["bbox"] for instance in self.get_data_info(index)["instances"]]
        boxes = self.factor * torch.tensor(read).reshape(-1, 4)
        return dict(data_samples=DetDataSample(gt_instances=InstanceData(bboxes=boxes)))


MOVED = (
    "test_dataloader.dataset.pipeline must have LoadAnnotations behind the steps that resize or "
    "turn the image, as predictions are in pixels of the file, but the boxes of '1.png' have moved"
)


@pytest.mark.parametrize("metric", ["ClassAPMetric", "mmdet.VOCMetric"])
def test_boxes_that_the_pipeline_moves(metric: str) -> None:
    config = Config(dict(test_evaluator=dict(type=metric)))
    match_metrics(config, "test_evaluator", Boxed()[0], Boxed())
    with pytest.raises(InputError) as error:
        match_metrics(config, "test_evaluator", Boxed(2.0)[0], Boxed(2.0))
    assert str(error.value) == MOVED
    # It reads those of the data set.
    coco = Config(dict(test_evaluator=dict(type="CocoMetric")))
    match_metrics(coco, "test_evaluator", Boxed(2.0)[0], Boxed(2.0))
    with pytest.raises(InputError) as error:
        check_labeled(Boxed(2.0), Boxed(2.0)[0], "test_dataloader", "a sheet")
    assert str(error.value) == MOVED


def test_images_of_which_none_has_a_box_are_unlabelled() -> None:
    config, empty = Config(dict(val_evaluator=dict(type="ClassAPMetric"))), Boxed(boxes=0)
    with pytest.raises(InputError, match="^val_evaluator has ClassAPMetric, which needs labels, "):
        match_metrics(config, "val_evaluator", empty[0], empty)
    with pytest.raises(InputError, match="^a sheet needs labels, but Boxed of test_dataloader has"):
        check_labeled(empty, empty[0], "test_dataloader", "a sheet")
