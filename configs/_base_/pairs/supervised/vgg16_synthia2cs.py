# SYNTHIA -> Cityscapes, DeepLab-V2 on VGG-16: the upper half of Table 1b. 90k iterations and one
# rate, as in the two files beside this one.
_base_ = [
    "../../models/deeplabv2_vgg16_16_classes.py",
    "../../datasets/synthia_to_cityscapes.py",
    "../../schedules/advent_250k.py",
    "../../default_runtime.py",
]
optim_wrapper = dict(paramwise_cfg=dict(_delete_=True))
train_cfg = dict(max_iters=90000)
