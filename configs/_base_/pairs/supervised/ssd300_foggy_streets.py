# The rendered test bench (docs/streets.md), clear to foggy, with the paper's network, SSD300 on
# VGG-16, which has no norms: the second part of the training, which starts from a network that has
# seen the clear pictures alone.
_base_ = [
    "../../models/ssd300_vgg16.py",
    "../../datasets/foggy_streets_300.py",
    "../../schedules/ssd300_streets_second_part.py",
    "../../detection_runtime.py",
]
