# The last 300 of 1,100 iterations, from a network that saw 800 of the source alone.
_base_ = "streets_second_part.py"
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=301, eta_min=0.0, by_epoch=False)]
train_cfg = dict(max_iters=300, val_interval=300)
