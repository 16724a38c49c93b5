# Cityscapes -> Dark Zurich by night, as they are unpacked from their publishers' archives: 2,416
# images of train without labels, 50 of val to evaluate on. The labels of test are not published.
_base_ = "cityscapes_to_acdc.py"
target_dataloader = dict(dataset=dict(data_root="data/dark_zurich", pattern="train/night/*"))
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="RawDarkZurichDataset",
        data_root="data/dark_zurich",
        split="val",
        test_mode=True,
        pipeline=_base_.test_pipeline,
    )
)
test_dataloader = val_dataloader
