# CamVid in the copy of SegNet's tutorial (docs/camvid.md): the labelled sequences by day, and the
# one at dusk without labels. The files are 480x360: `scale` changes nothing until it is changed.
data_root = "data/camvid"
scale = (480, 360)
# The fastest of those that decode a PNG to the same pixels.
load_image = dict(type="LoadImageFromFile", imdecode_backend="kornia_rs")
resize = dict(
    type="Resize", scale=scale, keep_ratio=False, backend="pillow", interpolation="bicubic"
)
flip = dict(type="RandomFlip", prob=0.5)
source_pipeline = [
    load_image,
    dict(type="LoadLabelIds"),
    resize,
    flip,
    dict(type="PackSegInputs"),
]
# The source's pipeline of Fourier domain adaptation, which looks at target images too.
fourier = dict(
    type="FourierAdaptation",
    data_root=data_root,
    img_path="train",
    pattern="0001TP_*",
    beta=0.01,
)
fourier_pipeline = [*source_pipeline[:3], fourier, *source_pipeline[3:]]
train_dataloader = dict(
    batch_size=4,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="CamVidDataset",
        data_root=data_root,
        split="train",
        sequences=["0006R0", "0016E5"],
        pipeline=source_pipeline,
    ),
)
# Images only: the folder of labels may be absent.
target_dataloader = dict(
    batch_size=4,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    dataset=dict(
        type="UnlabelledImagesDataset",
        data_root=data_root,
        data_prefix=dict(img_path="train"),
        pattern="0001TP_*",
        pipeline=[
            load_image,
            dict(type="LoadPseudoLabels"),
            resize,
            flip,
            dict(type="PackTargetInputs"),
        ],
    ),
)
# The target's training images with their labels: the oracle's source.
oracle_dataset = dict(sequences=["0001TP"])
test_pipeline = [load_image, resize, dict(type="LoadLabelIds"), dict(type="PackSegInputs")]
# By day, and of no other use: hyper-parameters are chosen here.
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="CamVidDataset",
        data_root=data_root,
        split="val",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="CamVidDataset",
        data_root=data_root,
        split="test",
        sequences=["0001TP"],
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
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
                dict(type="Resize", scale=size, keep_ratio=False)
                for size in ((360, 270), (480, 360), (600, 450))
            ],
            [dict(type="RandomFlip", prob=prob, direction="horizontal") for prob in (0.0, 1.0)],
            [dict(type="LoadLabelIds")],
            [dict(type="PackSegInputs")],
        ],
    ),
]
