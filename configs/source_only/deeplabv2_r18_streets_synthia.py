_base_ = [
    "../_base_/models/deeplabv2_r18_small_16_classes.py",
    "../_base_/datasets/streets_synthia_to_cityscapes.py",
    "../_base_/schedules/streets.py",
    "../_base_/default_runtime.py",
]
