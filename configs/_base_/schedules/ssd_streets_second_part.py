# The last 300 of 900 iterations, from a network that saw 600 of the source alone; the paper starts
# from ImageNet's weights. Weights and rates: docs/detection.md.
_base_ = "ssd_streets.py"
optim_wrapper = dict(optimizer=dict(lr=1e-3))
# `end` is one more than the iterations that the rate decays over.
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=301, eta_min=0.0, by_epoch=False)]
train_cfg = dict(max_iters=300, val_interval=300)
