# Cityscapes -> Foggy Cityscapes, SSD300 on VGG-16: Table 3.
_base_ = [
    "../../models/ssd300_vgg16.py",
    "../../datasets/cityscapes_to_foggy.py",
    "../../schedules/ssd_60k.py",
    "../../detection_runtime.py",
]
