"""One of mmdet's configs for each of its architectures, without downloads."""

import torch
from mmdet.structures import DetDataSample
from mmengine.config import Config
from mmengine.structures import InstanceData

CONFIGS = {
    "ATSS": "atss/atss_r50_fpn_1x_coco.py",
    "AutoAssign": "autoassign/autoassign_r50-caffe_fpn_1x_coco.py",
    "CenterNet": "centernet/centernet_r18_8xb16-crop512-140e_coco.py",
    "DDOD": "ddod/ddod_r50_fpn_1x_coco.py",
    "DETR": "detr/detr_r18_8xb2-500e_coco.py",
    "EfficientNet, RetinaNet": "efficientnet/retinanet_effb3_fpn_8xb4-crop896-1x_coco.py",
    "Faster R-CNN": "faster_rcnn/faster-rcnn_r50_fpn_1x_coco.py",
    "FCOS": "fcos/fcos_r50-caffe_fpn_gn-head_1x_coco.py",
    "FoveaBox": "foveabox/fovea_r50_fpn_4xb4-1x_coco.py",
    "FreeAnchor": "free_anchor/freeanchor_r50_fpn_1x_coco.py",
    "FSAF": "fsaf/fsaf_r50_fpn_1x_coco.py",
    "GFL": "gfl/gfl_r50_fpn_1x_coco.py",
    "GHM, RetinaNet": "ghm/retinanet_r50_fpn_ghm-1x_coco.py",
    "NAS-FPN, RetinaNet": "nas_fpn/retinanet_r50_nasfpn_crop640-50e_coco.py",
    "PAA": "paa/paa_r50_fpn_1x_coco.py",
    "PVT, RetinaNet": "pvt/retinanet_pvt-t_fpn_1x_coco.py",
    "RepPoints": "reppoints/reppoints-moment_r50_fpn_1x_coco.py",
    "RetinaNet": "retinanet/retinanet_r18_fpn_1x_coco.py",
    "RTMDet": "rtmdet/rtmdet_tiny_8xb32-300e_coco.py",
    "SABL, RetinaNet": "sabl/sabl-retinanet_r50_fpn_1x_coco.py",
    "SSD300": "ssd/ssd300_coco.py",
    "SSDLite, MobileNetV2": "ssd/ssdlite_mobilenetv2-scratch_8xb24-600e_coco.py",
    "TOOD": "tood/tood_r50_fpn_1x_coco.py",
    "VarifocalNet": "vfnet/vfnet_r50_fpn_1x_coco.py",
    "YOLACT": "yolact/yolact_r50_1xb8-55e_coco.py",
    "YOLOF": "yolof/yolof_r50-c5_8xb8-1x_coco.py",
    "YOLOv3": "yolo/yolov3_mobilenetv2_8xb24-320-300e_coco.py",
    "YOLOX": "yolox/yolox_tiny_8xb8-300e_coco.py",
}
SIZES = {"SSD300": 300, "SSDLite, MobileNetV2": 320}
SIZE = 256


def model_config(name: str, path: str) -> Config:
    """A model's config after the two changes that an adaptation takes."""
    config = Config.fromfile(path).model
    for part in (config, config.get("backbone", {})):
        if part.get("init_cfg"):
            part.init_cfg = None
    # Mosaics and sizes of batches change the pictures, not the model.
    config.get("data_preprocessor", {}).pop("batch_augments", None)
    config.type = "DomainAdaptDetector"
    return config


def batch(name: str, classes: int, labeled: bool) -> dict[str, list]:
    """Two images, with two boxes each."""
    size = SIZES.get(name, SIZE)
    samples = []
    for _ in range(2):
        shape = dict(img_shape=(size, size), ori_shape=(size, size), batch_input_shape=(size, size))
        sample = DetDataSample(metainfo=dict(shape, pad_shape=(size, size)))
        if labeled:
            boxes = torch.tensor([[20.0, 30.0, 120.0, 140.0], [100.0, 90.0, 130.0, 160.0]])
            labels = torch.tensor([0, classes - 1])
            sample.gt_instances = InstanceData(bboxes=boxes, labels=labels)
            sample.ignored_instances = InstanceData(bboxes=boxes[:0], labels=labels[:0])
        samples.append(sample)
    images = [torch.randint(0, 256, (3, size, size), dtype=torch.uint8) for _ in samples]
    return dict(inputs=images, data_samples=samples)
