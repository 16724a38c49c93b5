"""Upstream's own configs: which heads adapt, and what the others are told."""

from pathlib import Path

import mmdet
import pytest
import torch
from mmdet.registry import MODELS
from mmengine.config import Config

from mmadvent.errors import InputError
from tests.steps import step_of

UPSTREAM = Path(mmdet.__file__).parent / ".mim/configs"
ADAPTED = [
    "ssd/ssd300_coco.py",
    "retinanet/retinanet_r50_fpn_1x_coco.py",
    "fcos/fcos_r50-caffe_fpn_gn-head_1x_coco.py",
    "atss/atss_r50_fpn_1x_coco.py",
    "free_anchor/freeanchor_r50_fpn_1x_coco.py",
    "yolof/yolof_r50-c5_8xb8-1x_coco.py",
]
NEEDED = (
    "model.bbox_head must give class logits for every anchor or point, as mmdet's BaseDenseHead "
    "reads them (SSDHead, RetinaHead, FCOSHead, ATSSHead and others that keep its loss and "
    "predict_by_feat), got "
)
PARTS = "backbone, neck, bbox_head, train_cfg, test_cfg, data_preprocessor, init_cfg"
SINGLE_STAGE = "DomainAdaptDetector must have a single-stage detector's config"
TWO_STAGE = (
    f"{SINGLE_STAGE}: the dense part of a two-stage detector, the RPN, tells objects from "
    "background and knows no classes, which are given for each proposal"
)
REFUSED = {
    # Probabilities; an objectness beside the classes; heat maps; proposals; a second head.
    "tood/tood_r50_fpn_1x_coco.py": NEEDED + "TOODHead",
    "yolox/yolox_tiny_8xb8-300e_coco.py": NEEDED + "YOLOXHead",
    "centernet/centernet_r18_8xb16-crop512-140e_coco.py": NEEDED + "CenterNetHead",
    "rpn/rpn_r50_fpn_1x_coco.py": f"{TWO_STAGE}; got rpn_head",
    "faster_rcnn/faster-rcnn_r50_fpn_1x_coco.py": f"{TWO_STAGE}; got rpn_head and roi_head",
    "yolact/yolact_r50_1xb8-55e_coco.py": f"{SINGLE_STAGE}, with a bbox_head and no other parts "
    f"than {PARTS}, got mask_head",
}


def build(path: str) -> torch.nn.Module:
    config = Config.fromfile(UPSTREAM / path).model
    config.type = "DomainAdaptDetector"
    config.adaptation = [dict(type="MinEnt"), dict(type="AdvEnt")]
    with torch.device("meta"):  # shapes without memory, and nothing is fetched
        return MODELS.build(config).to("meta")  # SSD's norm chooses its device itself


@pytest.mark.parametrize("path", ADAPTED, ids=lambda path: path.split("/")[0])
def test_adapts_after_two_changes(path):
    model = build(path)
    size = 300 if "ssd" in path else 256
    output = model.target_forward(torch.empty(1, 3, size, size, device="meta"))
    priors = model.bbox_head.prior_generator
    shapes = [x.logits.shape[3:] for x in output.levels]
    anchors = sum(len(x) for x in priors.grid_priors(shapes, device="cpu"))
    binary = model.bbox_head.num_classes if model.bbox_head.use_sigmoid_cls else 1
    assert sum(x.logits[0, 0].numel() for x in output.levels) == anchors * binary
    losses = model.adaptation[1].target_losses(step_of(output))
    assert {key for key in losses if "loss" in key} == {
        f"level_{index}.loss_adv" for index in range(len(shapes))
    }


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.split("/")[0])
def test_is_refused_in_one_sentence(path):
    with pytest.raises(InputError) as error:
        build(path)
    assert str(error.value) == REFUSED[path]


def test_a_config_without_a_head_is_refused():
    with pytest.raises(InputError) as error:
        MODELS.build(dict(type="DomainAdaptDetector", backbone=dict(type="ResNet", depth=18)))
    assert str(error.value) == (
        f"{SINGLE_STAGE}, with a bbox_head and no other parts than {PARTS}, got no bbox_head"
    )
