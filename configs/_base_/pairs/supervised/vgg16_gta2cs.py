# GTA5 -> Cityscapes, DeepLab-V2 on VGG-16: the upper half of Table 1a. One rate for all layers, as
# AdaptSegNet released this network.
_base_ = [
    "../../models/deeplabv2_vgg16.py",
    "../../datasets/gta5_to_cityscapes.py",
    "../../schedules/advent_250k.py",
    "../../default_runtime.py",
]
optim_wrapper = dict(paramwise_cfg=dict(_delete_=True))
