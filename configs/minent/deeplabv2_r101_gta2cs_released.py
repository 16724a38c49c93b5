# The optimizer steps as the released code's; what else differs: docs/released_code.md.
_base_ = ["deeplabv2_r101_gta2cs.py", "../_base_/schedules/released_steps.py"]
optim_wrapper = _base_.released_steps
