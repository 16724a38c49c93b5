_base_ = ["../advent/deeplabv2_r18_streets_synthia.py", "../_base_/model_averaging.py"]
# The average spans about 1 / momentum iterations: a third of this training.
custom_hooks = [*_base_.custom_hooks, dict(_base_.model_averaging_hook, momentum=0.02)]
