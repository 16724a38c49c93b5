# The upper bound: the target's training images with their boxes, which fog leaves where they are.
_base_ = "../_base_/pairs/supervised/ssd300_cs2foggy.py"
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="FoggyCityscapesDataset",
        split="train",
        fog_density=_base_.fog_density,
        ann_file="annotations/instances_train.json",
        filter_cfg=dict(filter_empty_gt=True),
        data_root=_base_.data_root,
        pipeline=_base_.train_pipeline,
    )
)
