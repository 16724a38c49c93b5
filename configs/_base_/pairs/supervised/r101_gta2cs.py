# GTA5 -> Cityscapes, DeepLab-V2 on ResNet-101: the lower half of Table 1a.
_base_ = [
    "../../models/deeplabv2_r101.py",
    "../../datasets/gta5_to_cityscapes.py",
    "../../schedules/advent_250k.py",
    "../../default_runtime.py",
]
