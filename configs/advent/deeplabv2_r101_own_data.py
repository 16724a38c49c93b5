# A labelled folder, an unlabelled folder, a class list. A label PNG holds class indices, 255 where
# there is none, and has its image's name.
_base_ = "deeplabv2_r101_gta2cs.py"
classes = ("road", "building", "vegetation", "sky", "person", "car")
source = dict(type="LabelIdDataset", metainfo=dict(classes=classes), _delete_=True)
train_dataloader = dict(
    dataset=dict(
        data_root="data/mine/labelled",  # images/ and labels/
        pipeline=_base_.train_dataloader.dataset.pipeline,
        **source,
    )
)
train_cfg = dict(target_dataloader=dict(dataset=dict(
    data_root="data/mine/unlabelled", data_prefix=dict(img_path=""))))  # fmt: skip
val_dataloader = dict(
    dataset=dict(
        data_root="data/mine/test",  # images/ and labels/
        test_mode=True,
        pipeline=_base_.val_dataloader.dataset.pipeline,
        **source,
    )
)
test_dataloader = val_dataloader
model = dict(
    decode_head=dict(num_classes=len(classes)), auxiliary_head=dict(num_classes=len(classes))
)
