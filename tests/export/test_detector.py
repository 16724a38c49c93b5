"""What mmdet lacks of a detector."""

import pytest
from mmengine.registry import init_default_scope

import mmadvent.detection  # noqa: F401  (registers the parts)
from mmadvent.errors import InputError
from mmadvent.export.detector import MMDET, SSD_HEAD, lacking


def test_refuses_a_class_that_mmdet_lacks() -> None:
    init_default_scope("mmdet")
    with pytest.raises(InputError) as error:
        lacking(dict(bbox_head=dict(type="RetinaHead"), neck=dict(type="SelfInfoDiscriminator")))
    assert str(error.value) == (
        "a detector can be exported if its classes are mmdet's, got SelfInfoDiscriminator"
    )


@pytest.mark.parametrize("head", ["SSDHead", "SSDEntropyHead", "mmdet.SSDHead"])
def test_an_ssds_head_gets_what_its_prediction_asks_for(head: str) -> None:
    init_default_scope("mmdet")
    model = dict(type="SingleStageDetector", bbox_head=dict(type=head, num_classes=3))
    exported, source = lacking(model)
    assert exported["bbox_head"] == dict(type=SSD_HEAD, num_classes=3)
    assert model["bbox_head"]["type"] == head  # it is a copy
    assert f"class {SSD_HEAD}(SSDHead):" in source and "mmadvent" not in source
    compile(source, "module", "exec")


def test_other_heads_of_mmdet_need_no_module() -> None:
    init_default_scope("mmdet")
    model = dict(type=MMDET.models["DomainAdaptDetector"], bbox_head=dict(type="RetinaHead"))
    assert lacking(model) == (model, "")
