# SYNTHIA -> Cityscapes for translators: random crops.
_base_ = "synthia_to_cityscapes.py"
source_scale = (1024, 512)
target_scale = (1024, 512)
crop = dict(type="RandomCrop", crop_size=(256, 256))
source_pipeline = [
    _base_.load_image,
    dict(type="LoadLabelIds", channel="red"),
    dict(_base_.resize, scale=source_scale),
    crop,
    dict(type="PackSegInputs"),
]
target_pipeline = [
    _base_.load_image,
    dict(_base_.resize, scale=target_scale),
    crop,
    dict(type="PackTargetInputs"),
]
train_dataloader = dict(batch_size=1, dataset=dict(pipeline=source_pipeline))
target_dataloader = dict(batch_size=1, dataset=dict(pipeline=target_pipeline))
val_dataloader = None
val_evaluator = None
test_dataloader = None
test_evaluator = None
