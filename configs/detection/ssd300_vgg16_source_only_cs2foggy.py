_base_ = [
    "../_base_/models/ssd300_vgg16.py",
    "../_base_/datasets/cityscapes_to_foggy.py",
    "../_base_/schedules/ssd_60k.py",
    "../_base_/detection_runtime.py",
]
