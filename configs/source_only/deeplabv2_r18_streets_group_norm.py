# 1,100 iterations on the source. The snapshot after 800 is what the other methods start from.
_base_ = [
    "../_base_/models/deeplabv2_r18_small_group_norm.py",
    "../_base_/datasets/streets_to_cityscapes.py",
    "../_base_/schedules/streets_group_norm.py",
    "../_base_/default_runtime.py",
]
