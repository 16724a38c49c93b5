# For the rendered test bench: 2,000 iterations.
_base_ = "translation_200k.py"
param_scheduler = [
    dict(
        type="LinearLR",
        start_factor=1.0,
        end_factor=0.0,
        begin=1000,
        end=2000,
        by_epoch=False,
    )
]
train_cfg = dict(max_iters=2000)
