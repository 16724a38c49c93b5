# From random weights the first rate is higher; the second part starts at half of it.
_base_ = "camvid_second_part.py"
optim_wrapper = dict(optimizer=dict(lr=0.005), paramwise_cfg=dict(_delete_=True))
