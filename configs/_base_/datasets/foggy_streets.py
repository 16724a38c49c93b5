# The rendered test bench (docs/streets.md) in the layout of Cityscapes and Foggy Cityscapes, at
# small size.
_base_ = "cityscapes_to_foggy.py"
data_root = "data/foggy_streets"
cityscapes = dict(data_root=data_root + "/cityscapes")
# Foggy Cityscapes has 0.005, 0.01 and 0.02 per metre: docs/detection.md says why the middle one.
fog_density = 0.01
resize = dict(type="Resize", scale=(320, 160), keep_ratio=False)
source_pipeline = [
    _base_.load_image,
    _base_.load_boxes,
    resize,
    # What is smaller teaches nothing.
    dict(type="FilterAnnotations", min_gt_bbox_wh=(2, 2)),
    _base_.flip,
    _base_.pack,
]
target_pipeline = [_base_.load_image, resize, _base_.flip, _base_.pack]
test_pipeline = [_base_.load_image, resize, _base_.load_boxes, _base_.pack_test]
train_dataloader = dict(
    batch_size=4, num_workers=1, dataset=dict(pipeline=source_pipeline, **cityscapes)
)
target_dataloader = dict(
    batch_size=4,
    num_workers=1,
    dataset=dict(fog_density=fog_density, pipeline=target_pipeline, **cityscapes),
)
oracle_dataset = dict(fog_density=fog_density, pipeline=source_pipeline, **cityscapes)
val_dataloader = dict(
    num_workers=1, dataset=dict(fog_density=fog_density, pipeline=test_pipeline, **cityscapes)
)
test_dataloader = val_dataloader
