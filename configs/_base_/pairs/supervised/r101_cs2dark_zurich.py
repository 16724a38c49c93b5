# Cityscapes -> Dark Zurich, DeepLab-V2 on ResNet-101, with the schedule of the paper.
_base_ = [
    "../../models/deeplabv2_r101.py",
    "../../datasets/cityscapes_to_dark_zurich.py",
    "../../schedules/advent_250k.py",
    "../../default_runtime.py",
]
