"""Small detectors and batches for the tests of the detection half."""

from typing import Any

import torch
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData

import mmadvent.detection  # noqa: F401  (registers the parts)

# At these sizes a second thread costs far more than it gives, above all on a busy machine.
torch.set_num_threads(1)

CLASSES = 3
SMALL_ADVENT = dict(
    type="AdvEnt",
    loss_weight=0.1,
    discriminator=dict(type="SelfInfoDiscriminator", base_channels=4),
)
ASSIGNER = dict(type="MaxIoUAssigner", pos_iou_thr=0.5, neg_iou_thr=0.4, min_pos_iou=0.0)
NMS = dict(nms_pre=100, nms=dict(type="nms", iou_threshold=0.45), min_bbox_size=0)


def toy_ssd(**changes: Any) -> ConfigDict:
    """Config of an SSD with two levels, of strides 8 and 16 and with 4 and 6 anchors."""
    config = dict(
        type="DomainAdaptDetector",
        data_preprocessor=dict(
            type="DetDataPreprocessor",
            mean=[104.0, 117.0, 123.0],
            std=[50.0, 50.0, 50.0],
            pad_size_divisor=1,
        ),
        backbone=_backbone(num_stages=2, out_indices=(1,)),
        neck=dict(
            type="SSDNeck",
            in_channels=(16,),
            out_channels=(16, 16),
            level_strides=(2,),
            level_paddings=(1,),
            l2_norm_scale=20,
        ),
        bbox_head=dict(
            type="SSDEntropyHead",
            in_channels=(16, 16),
            num_classes=CLASSES,
            anchor_generator=dict(
                type="SSDAnchorGenerator",
                scale_major=False,
                min_sizes=[16, 32],
                max_sizes=[32, 56],
                strides=[8, 16],
                ratios=[[2], [2, 3]],
            ),
            bbox_coder=dict(type="DeltaXYWHBBoxCoder", target_stds=[0.1, 0.1, 0.2, 0.2]),
        ),
        train_cfg=dict(
            assigner=dict(ASSIGNER, neg_iou_thr=0.5, gt_max_assign_all=False),
            sampler=dict(type="PseudoSampler"),
            smoothl1_beta=1.0,
            allowed_border=-1,
            pos_weight=-1,
            neg_pos_ratio=3,
            debug=False,
        ),
        test_cfg=dict(NMS, score_thr=0.02, max_per_img=20),
    )
    return ConfigDict(config | changes)


def plain_ssd(**changes: Any) -> ConfigDict:
    """Upstream's own detector with the same network."""
    config = toy_ssd(type="SingleStageDetector", **changes)
    config.bbox_head.type = "SSDHead"
    return config


def toy_retinanet(**changes: Any) -> ConfigDict:
    """Config of a RetinaNet with two levels, of strides 8 and 16 and with 3 anchors."""
    head = dict(
        type="RetinaHead",
        num_classes=CLASSES,
        in_channels=8,
        feat_channels=8,
        stacked_convs=1,
        anchor_generator=dict(
            type="AnchorGenerator", scales=[3], ratios=[0.5, 1.0, 2.0], strides=[8, 16]
        ),
    )
    train_cfg = dict(
        assigner=ASSIGNER,
        sampler=dict(type="PseudoSampler"),
        allowed_border=-1,
        pos_weight=-1,
        debug=False,
    )
    pyramid = dict(bbox_head=head, train_cfg=train_cfg, **_pyramid())
    return toy_ssd(**pyramid | dict(test_cfg=dict(NMS, score_thr=0.0, max_per_img=20)) | changes)


def toy_fcos(**changes: Any) -> ConfigDict:
    """Config of an FCOS with two levels, of strides 8 and 16."""
    head = dict(
        type="FCOSHead",
        num_classes=CLASSES,
        in_channels=8,
        feat_channels=8,
        stacked_convs=1,
        strides=[8, 16],
        regress_ranges=((-1, 32), (32, 1e8)),
        norm_cfg=None,
    )
    return toy_ssd(**_pyramid() | dict(bbox_head=head, train_cfg=None) | changes)


def _pyramid() -> dict:
    return dict(
        backbone=_backbone(num_stages=3, out_indices=(1, 2)),
        neck=dict(type="FPN", in_channels=[16, 32], out_channels=8, num_outs=2),
    )


def _backbone(**stages: Any) -> dict:
    one_each = dict(
        strides=(1, 2, 2)[: stages["num_stages"]], dilations=(1,) * stages["num_stages"]
    )
    return dict(
        type="ResNet",
        depth=18,
        base_channels=8,
        stem_channels=8,
        frozen_stages=-1,
        norm_eval=False,
        **one_each,
        **stages,
    )


def build_detector(config: dict) -> torch.nn.Module:
    """Build and initialise a model in mmdet's scope, in training mode."""
    init_default_scope("mmdet")
    torch.manual_seed(0)
    model = MODELS.build(config)
    model.init_weights()
    return model.train()


def toy_batch(
    seed: int, size: tuple[int, int] = (64, 64), labeled: bool = False, count: int = 1
) -> dict:
    """A batch as a dataloader gives it, with three boxes an image if ``labelled``."""
    generator = torch.Generator().manual_seed(seed)
    height, width = size
    samples = []
    for _ in range(count):
        shape = dict(img_shape=size, ori_shape=size, pad_shape=size, scale_factor=(1.0, 1.0))
        sample = DetDataSample(metainfo=shape)
        if labeled:
            extent = torch.rand(3, 2, generator=generator) * 32 + 16
            corner = torch.rand(3, 2, generator=generator) * (torch.tensor([width, height]) - 48)
            sample.gt_instances = InstanceData(
                bboxes=torch.cat((corner, corner + extent), dim=1),
                labels=torch.randint(0, CLASSES, (3,), generator=generator),
            )
        samples.append(sample)
    images = torch.randint(0, 256, (count, 3, *size), generator=generator, dtype=torch.uint8)
    return dict(inputs=list(images), data_samples=samples)


def domains(seed: int) -> dict:
    """A labelled source batch and an unlabelled target batch, of other sizes."""
    source = toy_batch(seed, (72, 64), labeled=True, count=2)
    return {"source": source, "target": toy_batch(seed + 100, (64, 80))}
