# GTA5 and Cityscapes as they are unpacked from their publishers' archives: no conversion.
# Sizes, interpolation and the absence of augmentation are those of ADVENT's released code.
source_scale = (1280, 720)
target_scale = (1024, 512)
# The fastest of those that decode a PNG to the same pixels.
load_image = dict(type="LoadImageFromFile", imdecode_backend="kornia_rs")
resize = dict(type="Resize", keep_ratio=False, backend="pillow", interpolation="bicubic")

train_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="GTA5Dataset",
        data_root="data/GTA5",
        pipeline=[
            load_image,
            dict(type="LoadLabelIds"),
            dict(scale=source_scale, **resize),
            dict(type="PackSegInputs"),
        ],
    ),
)
# Images only: the folder of labels may be absent. Pseudo-labels are read if `pseudo_labels` names
# their folder.
target_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="UnlabelledImagesDataset",
        data_root="data/cityscapes",
        data_prefix=dict(img_path="leftImg8bit/train"),
        pipeline=[
            load_image,
            dict(type="LoadPseudoLabels"),
            dict(scale=target_scale, **resize),
            dict(type="PackTargetInputs"),
        ],
    ),
)
# The source's pipeline of Fourier domain adaptation, which looks at target images too.
fourier = dict(
    type="FourierAdaptation", data_root="data/cityscapes", img_path="leftImg8bit/train", beta=0.01
)
fourier_pipeline = [
    load_image,
    dict(type="LoadLabelIds"),
    dict(scale=source_scale, **resize),
    fourier,
    dict(type="PackSegInputs"),
]
# The target's training images with their labels: the oracle's source.
oracle_dataset = dict(
    _delete_=True,
    type="RawCityscapesDataset",
    data_root="data/cityscapes",
    split="train",
    pipeline=[
        load_image,
        dict(type="LoadLabelIds"),
        dict(scale=target_scale, **resize),
        dict(type="PackSegInputs"),
    ],
)
# The label keeps its 2048x1024 pixels: the prediction is resized to it.
test_pipeline = [
    load_image,
    dict(scale=target_scale, **resize),
    dict(type="LoadLabelIds"),
    dict(type="PackSegInputs"),
]
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="RawCityscapesDataset",
        data_root="data/cityscapes",
        split="val",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = val_dataloader
# The last three need no label: they can choose a snapshot (docs/model_selection.md).
val_evaluator = [
    dict(type="ClassIoUMetric"),
    dict(type="MeanEntropyMetric"),
    dict(type="InformationMaximisationMetric"),
    dict(type="SoftNeighbourhoodDensityMetric"),
]
test_evaluator = val_evaluator

tta_pipeline = [
    load_image,
    dict(
        type="TestTimeAug",
        transforms=[
            [
                dict(type="Resize", scale=(768, 384), keep_ratio=False),
                dict(type="Resize", scale=target_scale, keep_ratio=False),
                dict(type="Resize", scale=(1280, 640), keep_ratio=False),
            ],
            [
                dict(type="RandomFlip", prob=0.0, direction="horizontal"),
                dict(type="RandomFlip", prob=1.0, direction="horizontal"),
            ],
            [dict(type="LoadLabelIds")],
            [dict(type="PackSegInputs")],
        ],
    ),
]
