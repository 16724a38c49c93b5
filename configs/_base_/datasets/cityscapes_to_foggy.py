# Cityscapes and Foggy Cityscapes as they are unpacked from their publishers' archives, and boxes
# from tools/convert_cityscapes_boxes.py. Both domains are squashed to 300x300, as the paper has it
# (section 4.3); the source's augmentation is that of mmdet's SSD300.
data_root = "data/cityscapes"
fog_density = 0.02
load_image = dict(type="LoadImageFromFile", imdecode_backend="kornia_rs")
load_boxes = dict(type="LoadAnnotations", with_bbox=True)
resize = dict(type="Resize", scale=(300, 300), keep_ratio=False)
flip = dict(type="RandomFlip", prob=0.5)
pack = dict(type="PackDetInputs")
train_pipeline = [
    load_image,
    load_boxes,
    dict(type="Expand", mean=[123.675, 116.28, 103.53], to_rgb=True, ratio_range=(1, 4)),
    dict(type="MinIoURandomCrop", min_ious=(0.1, 0.3, 0.5, 0.7, 0.9), min_crop_size=0.3),
    resize,
    flip,
    dict(
        type="PhotoMetricDistortion",
        brightness_delta=32,
        contrast_range=(0.5, 1.5),
        saturation_range=(0.5, 1.5),
        hue_delta=18,
    ),
    pack,
]
train_dataloader = dict(
    batch_size=32,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="CityscapesBoxesDataset",
        data_root=data_root,
        split="train",
        filter_cfg=dict(filter_empty_gt=True),
        pipeline=train_pipeline,
    ),
)
# Images only: annotations may be absent.
target_dataloader = dict(
    batch_size=32,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="FoggyCityscapesDataset",
        data_root=data_root,
        split="train",
        fog_density=fog_density,
        pipeline=[load_image, resize, flip, pack],
    ),
)
# The target's training images with their boxes, which fog leaves where they are: the oracle's
# source.
oracle_dataset = dict(
    type="FoggyCityscapesDataset",
    data_root=data_root,
    split="train",
    fog_density=fog_density,
    ann_file="annotations/instances_train.json",
    filter_cfg=dict(filter_empty_gt=True),
    pipeline=train_pipeline,
)
# The boxes keep the pixels of the image on disk: predictions are scaled back to them.
# `instances` hands the annotations to CocoMetric, which needs no file of its own then.
pack_test = dict(
    type="PackDetInputs",
    meta_keys=("img_id", "img_path", "ori_shape", "img_shape", "scale_factor", "instances"),
)
test_pipeline = [load_image, resize, load_boxes, pack_test]
val_dataloader = dict(
    batch_size=8,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="FoggyCityscapesDataset",
        data_root=data_root,
        split="val",
        fog_density=fog_density,
        ann_file="annotations/instances_val.json",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = val_dataloader
# The paper's measure, VOC's later one, and COCO's.
val_evaluator = [
    dict(type="ClassAPMetric", eval_mode="11points", prefix="voc07_11points"),
    dict(type="ClassAPMetric", eval_mode="area", prefix="voc_area"),
    dict(type="CocoMetric", metric="bbox"),
]
test_evaluator = val_evaluator
