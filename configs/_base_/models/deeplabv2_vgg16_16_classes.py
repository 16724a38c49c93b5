# For SYNTHIA's 16 classes.
_base_ = "deeplabv2_vgg16.py"
model = dict(decode_head=dict(num_classes=16))
