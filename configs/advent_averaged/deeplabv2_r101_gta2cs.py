_base_ = ["../advent/deeplabv2_r101_gta2cs.py", "../_base_/model_averaging.py"]
custom_hooks = [*_base_.custom_hooks, _base_.model_averaging_hook]
