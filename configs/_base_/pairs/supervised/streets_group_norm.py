# The rendered test bench (docs/streets.md), source in GTA5's layout, on a network without batch
# norms: the second part of the training, which starts from one that has seen the source alone.
_base_ = [
    "../../models/deeplabv2_r18_small_group_norm.py",
    "../../datasets/streets_to_cityscapes.py",
    "../../schedules/streets_group_norm_second_part.py",
    "../../default_runtime.py",
]
