# For SYNTHIA's 16 classes.
_base_ = "deeplabv2_r101.py"
model = dict(decode_head=dict(num_classes=16), auxiliary_head=dict(num_classes=16))
