# The same with the source in the layout of SYNTHIA, 16 classes.
_base_ = [
    "../../models/deeplabv2_r18_small_16_classes.py",
    "../../datasets/streets_synthia_to_cityscapes.py",
    "../../schedules/streets_second_part.py",
    "../../default_runtime.py",
]
