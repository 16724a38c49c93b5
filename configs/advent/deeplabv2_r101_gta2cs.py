_base_ = [
    "../_base_/models/deeplabv2_r101.py",
    "../_base_/datasets/gta5_to_cityscapes.py",
    "../_base_/schedules/advent_250k.py",
    "../_base_/adaptations/advent.py",
    "../_base_/default_runtime.py",
]
model = dict(type="DomainAdaptSegmentor", adaptation=_base_.adaptation)
optim_wrapper = _base_.adaptation_optim_wrapper
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
