# Cityscapes, DeepLab-V2 on ResNet-101: the target alone, from a network that was trained on the
# source, whose checkpoint is `load_from`. As in SHOT the classifier stays as it is.
_base_ = "../r101_gta2cs.py"
train_cfg = dict(source_free=True)
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys=dict(decode_head=dict(lr_mult=0.0), auxiliary_head=dict(lr_mult=0.0))
    )
)
