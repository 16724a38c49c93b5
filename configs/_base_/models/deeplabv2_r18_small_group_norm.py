# The same with group norms, which hold nothing of a domain: what a loss does stands alone.
_base_ = "deeplabv2_r18_small.py"
norm_cfg = dict(type="GN", num_groups=8, requires_grad=True)
model = dict(backbone=dict(norm_cfg=dict(norm_cfg, _delete_=True)))
