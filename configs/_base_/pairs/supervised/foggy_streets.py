# The rendered test bench (docs/streets.md), clear to foggy: the second part of the training, which
# starts from a network that has seen the clear pictures alone.
_base_ = [
    "../../models/ssd_r18_small.py",
    "../../datasets/foggy_streets.py",
    "../../schedules/ssd_streets_second_part.py",
    "../../detection_runtime.py",
]
