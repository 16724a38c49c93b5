# Rendered streets -> CamVid (docs/camvid.md) on a small ResNet, whose batch norms see the target:
# the second part of the training, which starts from a network that has seen the source alone.
_base_ = [
    "../../models/deeplabv2_r18_small_11_classes.py",
    "../../datasets/streets_to_camvid.py",
    "../../schedules/camvid_r18_second_part.py",
    "../../default_runtime.py",
]
