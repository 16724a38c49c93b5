# A labelled folder, an unlabelled folder, a class list. A label PNG holds class indices, 255 where
# there is none, and has its image's name. Images keep their aspect ratio: each is resized to fit
# into `scale`, not squeezed to it. They may differ in shape, as a batch is one image of each
# domain; larger batches are padded. The prediction is measured at the label's own size.
_base_ = "deeplabv2_r101_gta2cs.py"

# --- yours ---
classes = ("road", "building", "vegetation", "sky", "person", "car")
source_root = "data/mine/labelled"  # images/ and labels/
target_root = "data/mine/unlabelled"  # images, nothing else
test_root = "data/mine/test"  # images/ and labels/ of the target, to measure
scale = (1280, 720)  # the longer and the shorter side of the network's input, at most

# --- what follows from it ---
load, label = _base_.load_image, dict(type="LoadLabelIds")
resize, pack = dict(_base_.resize, scale=scale, keep_ratio=True), dict(type="PackSegInputs")
labeled = dict(type="LabelIdDataset", metainfo=dict(classes=classes), _delete_=True)
train_dataloader = dict(
    dataset=dict(data_root=source_root, pipeline=[load, label, resize, pack], **labeled)
)
target_dataloader = dict(
    dataset=dict(
        data_root=target_root,
        data_prefix=dict(img_path=""),
        pipeline=[load, dict(type="LoadPseudoLabels"), resize, dict(type="PackTargetInputs")],
    )
)
val_dataloader = dict(
    dataset=dict(
        data_root=test_root, test_mode=True, pipeline=[load, resize, label, pack], **labeled
    )
)
test_dataloader = val_dataloader
tta_scales = [
    dict(resize, scale=tuple(round(side * ratio) for side in scale)) for ratio in (0.75, 1, 1.25)
]
tta_transforms = [tta_scales, *_base_.tta_pipeline[1].transforms[1:]]
tta_pipeline = [load, dict(type="TestTimeAug", transforms=tta_transforms)]
model = dict(
    decode_head=dict(num_classes=len(classes)), auxiliary_head=dict(num_classes=len(classes))
)
