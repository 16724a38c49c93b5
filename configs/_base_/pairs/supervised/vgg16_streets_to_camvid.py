# Rendered streets -> CamVid (docs/camvid.md), DeepLab-V2 on VGG-16, which has no norms: the second
# part of the training, which starts from a network that has seen the source alone.
_base_ = [
    "../../models/deeplabv2_vgg16_11_classes.py",
    "../../datasets/streets_to_camvid.py",
    "../../schedules/camvid_second_part.py",
    "../../default_runtime.py",
]
