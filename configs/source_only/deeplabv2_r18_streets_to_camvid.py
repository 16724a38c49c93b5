# 1,600 iterations on the source. The snapshot after 1,000 is what the other methods start from.
_base_ = [
    "../_base_/models/deeplabv2_r18_small_11_classes.py",
    "../_base_/datasets/streets_to_camvid.py",
    "../_base_/schedules/camvid_r18.py",
    "../_base_/default_runtime.py",
]
