"""Metrics that need labels, where there are none."""

from typing import Any

import pytest
from mmengine.config import Config
from mmengine.structures import InstanceData, PixelData
from mmseg.evaluation import IoUMetric
from mmseg.structures import SegDataSample

from mmadvent.engine.preflight.labels_of_metrics import check_labeled, match_metrics
from mmadvent.errors import InputError

ENTROPY, IOU = dict(type="MeanEntropyMetric"), dict(type="ClassIoUMetric")
BARE = dict(data_samples=SegDataSample())


class Images:
    pass


def test_labels_serve_every_metric() -> None:
    labeled, boxed = SegDataSample(), SegDataSample()
    labeled.gt_sem_seg = PixelData()
    boxed.set_field(InstanceData(bboxes=[]), "gt_instances")
    for sample in (labeled, boxed, [labeled, labeled]):
        config = Config(dict(val_evaluator=[ENTROPY, IOU]))
        match_metrics(config, "val_evaluator", dict(data_samples=sample), Images())
        assert config.val_evaluator == [ENTROPY, IOU]


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
