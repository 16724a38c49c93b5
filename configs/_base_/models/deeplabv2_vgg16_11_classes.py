# For CamVid's 11 classes.
_base_ = "deeplabv2_vgg16.py"
model = dict(decode_head=dict(num_classes=11))
