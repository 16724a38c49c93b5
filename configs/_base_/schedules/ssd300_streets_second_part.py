# 500 iterations from a network that saw 1,000 of the source alone.
_base_ = "ssd300_streets.py"
optim_wrapper = dict(optimizer=dict(lr=5e-4))
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=501, eta_min=0.0, by_epoch=False)]
train_cfg = dict(max_iters=500, val_interval=500)
