# The rendered test bench (docs/streets.md), source in the layout of GTA5: the second part of the
# training, which starts from a network that has seen the source alone.
_base_ = [
    "../../models/deeplabv2_r18_small.py",
    "../../datasets/streets_to_cityscapes.py",
    "../../schedules/streets_second_part.py",
    "../../default_runtime.py",
]
