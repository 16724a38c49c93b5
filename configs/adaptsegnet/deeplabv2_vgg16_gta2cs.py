_base_ = ["../_base_/benchmarks/vgg16_gta2cs.py", "../_base_/adaptations/adaptsegnet.py"]
model = dict(type="DomainAdaptSegmentor", adaptation=_base_.adaptation)
optim_wrapper = _base_.adaptation_optim_wrapper
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
