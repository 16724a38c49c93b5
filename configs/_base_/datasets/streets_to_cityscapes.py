# The rendered test bench (docs/streets.md), in the layouts of GTA5 and Cityscapes, at small size.
data_root = "data/streets"
source_scale = (256, 144)
target_scale = (256, 128)
# The fastest of those that decode a PNG to the same pixels.
load_image = dict(type="LoadImageFromFile", imdecode_backend="kornia_rs")
resize = dict(type="Resize", keep_ratio=False, backend="pillow", interpolation="bicubic")
flip = dict(type="RandomFlip", prob=0.5)

train_dataloader = dict(
    batch_size=4,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="GTA5Dataset",
        data_root=data_root + "/GTA5",
        pipeline=[
            load_image,
            dict(type="LoadLabelIds"),
            dict(scale=source_scale, **resize),
            flip,
            dict(type="PackSegInputs"),
        ],
    ),
)
target_dataloader = dict(
    batch_size=4,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="UnlabelledImagesDataset",
        data_root=data_root + "/cityscapes",
        data_prefix=dict(img_path="leftImg8bit/train"),
        pipeline=[
            load_image,
            dict(type="LoadPseudoLabels"),
            dict(scale=target_scale, **resize),
            flip,
            dict(type="PackTargetInputs"),
        ],
    ),
)
# The source's pipeline of Fourier domain adaptation, which looks at target images too.
fourier = dict(
    type="FourierAdaptation",
    data_root=data_root + "/cityscapes",
    img_path="leftImg8bit/train",
    beta=0.01,
)
fourier_pipeline = [
    load_image,
    dict(type="LoadLabelIds"),
    dict(scale=source_scale, **resize),
    fourier,
    flip,
    dict(type="PackSegInputs"),
]
# The target's training images with their labels: the oracle's source.
oracle_dataset = dict(
    _delete_=True,
    type="RawCityscapesDataset",
    data_root=data_root + "/cityscapes_oracle",
    split="train",
    pipeline=[
        load_image,
        dict(type="LoadLabelIds"),
        dict(scale=target_scale, **resize),
        flip,
        dict(type="PackSegInputs"),
    ],
)
test_pipeline = [
    load_image,
    dict(scale=target_scale, **resize),
    dict(type="LoadLabelIds"),
    dict(type="PackSegInputs"),
]
val_dataloader = dict(
    batch_size=1,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="RawCityscapesDataset",
        data_root=data_root + "/cityscapes",
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
            [dict(type="Resize", scale=(side, side // 2), keep_ratio=False) for side in (192, 256)],
            [dict(type="RandomFlip", prob=prob, direction="horizontal") for prob in (0.0, 1.0)],
            [dict(type="LoadLabelIds")],
            [dict(type="PackSegInputs")],
        ],
    ),
]
