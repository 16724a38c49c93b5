# The whole training is 1,100 iterations.
_base_ = "streets.py"
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=1101, eta_min=0.0, by_epoch=False)]
train_cfg = dict(max_iters=1100, val_interval=1100)
