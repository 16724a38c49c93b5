# CamVid at dusk (docs/camvid.md): the target alone, from a network that was trained on the
# source, whose checkpoint is `load_from`. As in SHOT the classifier stays as it is.
_base_ = "../vgg16_camvid_day_to_dusk.py"
train_cfg = dict(source_free=True)
optim_wrapper = dict(paramwise_cfg=dict(custom_keys=dict(decode_head=dict(lr_mult=0.0))))
