"""SSD's head predicts."""

from collections.abc import Callable

import pytest
import torch
from mmdet.models.dense_heads import SSDHead
from mmdet.structures import DetDataSample
from mmengine.config import ConfigDict

from mmadvent.compat import fix_ssd_head

HEAD = {
    "num_classes": 3,
    "in_channels": (8, 8),
    "anchor_generator": {
        "type": "mmdet.SSDAnchorGenerator",
        "scale_major": False,
        "min_sizes": [8, 24],
        "max_sizes": [24, 48],
        "strides": [16, 32],
        "ratios": [[2], [2, 3]],
    },
    "bbox_coder": {"type": "mmdet.DeltaXYWHBBoxCoder"},
    "test_cfg": ConfigDict(
        nms_pre=100,
        nms={"type": "nms", "iou_threshold": 0.45},
        min_bbox_size=0,
        score_thr=0.02,
        max_per_img=20,
    ),
}


def predict() -> torch.Tensor:
    """Boxes of a head with random weights."""
    torch.manual_seed(0)
    head = SSDHead(**HEAD)
    features = [torch.randn(1, 8, 4, 4), torch.randn(1, 8, 2, 2)]
    shape = {"img_shape": (64, 64), "ori_shape": (64, 64), "scale_factor": (1.0, 1.0)}
    (instances,) = head.predict(features, [DetDataSample(metainfo=shape)])
    return instances.bboxes


@pytest.fixture
def raw_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """SSDHead as upstream has it, whether or not it was mended before."""
    if "loss_cls" in vars(SSDHead):
        monkeypatch.delattr(SSDHead, "loss_cls")


@pytest.mark.usefixtures("raw_head")
def test_upstream_fails_while_predicting() -> None:
    with pytest.raises(AttributeError, match="'SSDHead' object has no attribute 'loss_cls'"):
        predict()


@pytest.mark.usefixtures("raw_head")
def test_the_head_predicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SSDHead, "loss_cls", "taken back after the test", raising=False)
    del SSDHead.loss_cls
    fix_ssd_head()
    boxes = predict()
    assert boxes.shape == (20, 4)
    assert boxes.isfinite().all()


def test_the_detection_half_mends_it_and_leaves_mmsegmentation_alone(
    fresh_python: Callable[..., str],
) -> None:
    code = """
import sys
import mmadvent.detection
from mmdet.models.dense_heads import SSDHead
print(SSDHead.loss_cls, "mmseg" in sys.modules)
"""
    assert fresh_python(code).splitlines()[-1] == "None False"


def test_a_head_that_has_the_attribute_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mended = object()
    monkeypatch.setattr(SSDHead, "loss_cls", mended, raising=False)
    fix_ssd_head()
    assert SSDHead.loss_cls is mended
