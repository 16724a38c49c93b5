# SYNTHIA -> Cityscapes, DeepLab-V2 on ResNet-101: the lower half of Table 1b. From this source the
# authors stopped at 90k iterations.
_base_ = [
    "../../models/deeplabv2_r101_16_classes.py",
    "../../datasets/synthia_to_cityscapes.py",
    "../../schedules/advent_250k.py",
    "../../default_runtime.py",
]
train_cfg = dict(max_iters=90000)
