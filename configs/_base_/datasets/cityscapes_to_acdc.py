# Cityscapes -> ACDC (fog, night, rain, snow), as they are unpacked from their publishers' archives.
# The source's size is that of the paper's target; 960x540 is what peers take of ACDC's 1920x1080.
_base_ = "gta5_to_cityscapes.py"
target_scale = (960, 540)
train_dataloader = dict(dataset=_base_.oracle_dataset)
target_dataloader = dict(
    dataset=dict(
        data_root="data/acdc",
        data_prefix=dict(img_path="rgb_anon"),
        pattern="*/train/*",
        suffixes=("_rgb_anon.png",),
        pipeline=[
            _base_.load_image,
            dict(type="LoadPseudoLabels"),
            dict(scale=target_scale, **_base_.resize),
            dict(type="PackTargetInputs"),
        ],
    )
)
# The target's training images with their labels: the oracle's source.
oracle_dataset = dict(
    _delete_=True,
    type="ACDCDataset",
    data_root="data/acdc",
    split="train",
    pipeline=[
        _base_.load_image,
        dict(type="LoadLabelIds"),
        dict(scale=target_scale, **_base_.resize),
        dict(type="PackSegInputs"),
    ],
)
# The label keeps its 1920x1080 pixels: the prediction is resized to it.
test_pipeline = [
    _base_.load_image,
    dict(scale=target_scale, **_base_.resize),
    dict(type="LoadLabelIds"),
    dict(type="PackSegInputs"),
]
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="ACDCDataset",
        data_root="data/acdc",
        split="val",
        test_mode=True,
        pipeline=test_pipeline,
    )
)
test_dataloader = val_dataloader
tta_pipeline = [
    _base_.load_image,
    dict(
        type="TestTimeAug",
        transforms=[
            [
                dict(type="Resize", scale=size, keep_ratio=False)
                for size in ((720, 405), (960, 540), (1200, 675))
            ],
            [dict(type="RandomFlip", prob=prob, direction="horizontal") for prob in (0.0, 1.0)],
            [dict(type="LoadLabelIds")],
            [dict(type="PackSegInputs")],
        ],
    ),
]
