# For CamVid's 11 classes.
_base_ = "deeplabv2_r18_small.py"
model = dict(decode_head=dict(num_classes=11))
