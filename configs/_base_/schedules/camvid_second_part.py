# 600 iterations from a network that saw 1,000 of the source alone; the paper starts from ImageNet's
# weights.
_base_ = "camvid.py"
# `end` is one more than the iterations that the rate decays over.
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=601, eta_min=0.0, by_epoch=False)]
train_cfg = dict(max_iters=600, val_interval=600)
