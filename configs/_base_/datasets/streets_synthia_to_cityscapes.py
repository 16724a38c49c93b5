# The rendered test bench with the layout of SYNTHIA as the source: 16 classes.
_base_ = ["streets_to_cityscapes.py", "synthia_classes.py"]
source_scale = (256, 152)
metainfo = dict(classes=_base_.classes)
train_dataloader = dict(
    dataset=dict(
        type="SYNTHIADataset",
        data_root=_base_.data_root + "/RAND_CITYSCAPES",
        metainfo=metainfo,
        pipeline=[
            _base_.load_image,
            dict(type="LoadLabelIds", channel="red"),
            dict(scale=source_scale, **_base_.resize),
            _base_.flip,
            dict(type="PackSegInputs"),
        ],
    ),
)
fourier_pipeline = [
    _base_.load_image,
    dict(type="LoadLabelIds", channel="red"),
    dict(scale=source_scale, **_base_.resize),
    _base_.fourier,
    _base_.flip,
    dict(type="PackSegInputs"),
]
val_dataloader = dict(dataset=dict(metainfo=metainfo))
test_dataloader = dict(dataset=dict(metainfo=metainfo))
val_evaluator = [_base_.iou_16_and_13, *_base_.val_evaluator[1:]]
test_evaluator = val_evaluator
