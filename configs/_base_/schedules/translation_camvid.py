# For rendered streets -> CamVid: 4,000 iterations.
_base_ = "translation_200k.py"
param_scheduler = [
    dict(
        type="LinearLR",
        start_factor=1.0,
        end_factor=0.0,
        begin=2000,
        end=4000,
        by_epoch=False,
    )
]
train_cfg = dict(max_iters=4000)
