"""The table's columns are what an evaluation logs."""

from pathlib import Path

from mmengine.config import Config

from mmadvent.results.ap_table import AP_TABLE

BASE = Path(__file__).resolve().parents[2] / "configs/_base_/datasets/cityscapes_to_foggy.py"


def test_columns_are_those_of_the_configs_metrics() -> None:
    names = {f"{m.prefix}/mAP" for m in Config.fromfile(BASE).val_evaluator if "prefix" in m}
    area, coco = AP_TABLE.others
    assert names == {AP_TABLE.mean.key, area.key}
    assert coco.key == "coco/bbox_mAP"
    assert AP_TABLE.class_prefix == AP_TABLE.mean.key.replace("mAP", "AP50.")
    assert {measure.factor for measure in (AP_TABLE.mean, *AP_TABLE.others)} == {100.0}
