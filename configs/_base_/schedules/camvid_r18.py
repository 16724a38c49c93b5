# From random weights: one rate for all layers, forty times that of a pretrained network.
_base_ = "camvid.py"
optim_wrapper = dict(optimizer=dict(lr=0.01), paramwise_cfg=dict(_delete_=True))
