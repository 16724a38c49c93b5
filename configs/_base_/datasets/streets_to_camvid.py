# Rendered streets in the layout of GTA5 (docs/streets.md), with CamVid's classes, and all of CamVid
# as the target: 367 frames without labels, 233 to test on, 101 to choose hyper-parameters.
_base_ = "camvid_day_to_dusk.py"
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="GTA5CamVidDataset",
        data_root="data/streets_to_camvid/GTA5",
        pipeline=_base_.source_pipeline,
    )
)
target_dataloader = dict(dataset=dict(pattern="*"))
fourier = dict(_base_.fourier, pattern="*")
fourier_pipeline = [*_base_.source_pipeline[:3], fourier, *_base_.source_pipeline[3:]]
oracle_dataset = dict(
    _delete_=True,
    type="CamVidDataset",
    data_root=_base_.data_root,
    split="train",
    pipeline=_base_.source_pipeline,
)
test_dataloader = dict(dataset=dict(sequences=None))
