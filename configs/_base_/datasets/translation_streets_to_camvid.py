# Rendered streets -> CamVid for translators: random crops.
_base_ = "streets_to_camvid.py"
source_scale = (480, 360)
target_scale = (480, 360)
crop = dict(type="RandomCrop", crop_size=(256, 256))
source_pipeline = [
    _base_.load_image,
    dict(type="LoadLabelIds"),
    dict(_base_.resize, scale=source_scale),
    crop,
    _base_.flip,
    dict(type="PackSegInputs"),
]
target_pipeline = [
    _base_.load_image,
    dict(_base_.resize, scale=target_scale),
    crop,
    _base_.flip,
    dict(type="PackTargetInputs"),
]
train_dataloader = dict(batch_size=2, dataset=dict(pipeline=source_pipeline))
target_dataloader = dict(batch_size=2, dataset=dict(pipeline=target_pipeline))
val_dataloader = None
val_evaluator = None
test_dataloader = None
test_evaluator = None
